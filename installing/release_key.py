"""`python -m installing.release_key FILE`: makes the key that signs releases, on the machine of whoever answers for them."""

import argparse
import getpass
import os
import sys
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from installing.signature import PublicKey, SignatureError


def make(path: Path, passphrase: str) -> PublicKey:
    """A new secret key in a file of its own that only its owner reads, and `.pub` beside it. Raises OSError, also where there
    is a file already: a key that was written over signs nothing any more."""
    secret = Ed25519PrivateKey.generate()
    sealed: KeySerializationEncryption = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, sealed))
    public = PublicKey.of(secret)
    path.with_name(f"{path.name}.pub").write_text(public.written())
    return public


def read(path: Path) -> Ed25519PrivateKey:
    """The secret key at `path`; its passphrase is asked for where it has one. Raises SignatureError, OSError."""
    content = path.read_bytes()
    try:
        try:
            secret = load_pem_private_key(content, None)
        except TypeError:  # cryptography's word for "it has a passphrase"
            secret = load_pem_private_key(content, getpass.getpass(f"passphrase of {path}: ").encode())
    except ValueError as problem:
        raise SignatureError(f"{path}: no key that can be read, or a wrong passphrase") from problem
    if not isinstance(secret, Ed25519PrivateKey):
        raise SignatureError(f"{path}: an ed25519 key is wanted; python -m installing.release_key makes one")
    return secret


def _passphrase() -> str:
    """Asked for twice: one that was mistyped opens the key never again. Raises SignatureError."""
    try:
        passphrase = getpass.getpass("a passphrase for it: ")
        again = getpass.getpass("once more: ")
    except EOFError:
        raise SignatureError("nobody types a passphrase here; --without-passphrase makes a key that has none") from None
    if not passphrase:
        raise SignatureError("the passphrase is empty; --without-passphrase makes a key that has none")
    if passphrase != again:
        raise SignatureError("the two are not the same")
    return passphrase


def main() -> int:
    """The exit status: 0 made, 1 not."""
    parser = argparse.ArgumentParser(prog="python -m installing.release_key", description="Make the key that signs releases.")
    parser.add_argument("file", type=Path, help="where it goes; FILE.pub is what machines trust")
    parser.add_argument("--without-passphrase", action="store_true", help="for a machine that signs by itself")
    asked = parser.parse_args()
    try:
        passphrase = "" if asked.without_passphrase else _passphrase()
        print(f"{asked.file}: keep it off the net. {asked.file}.pub is the release key {make(asked.file, passphrase)}")
    except OSError as problem:
        print(f"{asked.file}: {problem.strerror}", file=sys.stderr)
        return 1
    except SignatureError as problem:
        print(f"{asked.file}: not made: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
