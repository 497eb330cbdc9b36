"""Who made a bundle: its manifest, which vouches for every file, is signed with ed25519 in the form of OpenBSD's signify.

Anybody can check one without a program of ours (Debian has signify):

    signify-openbsd -V -p release-keys -m MANIFEST.json -x MANIFEST.json.sig

Two lines each, a comment that nothing believes and base64: a key is "Ed", its number of 8 bytes and its 32 bytes; a signature
is "Ed", the number of its key and its 64 bytes. Only what has cryptography at hand may import this: a release that runs, and
whoever makes bundles.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

COMMENT: Final = "untrusted comment: "
KIND: Final = b"Ed"
NUMBER_BYTES: Final = 8
KEY_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64


class SignatureError(Exception):
    """Not signed by whom this machine trusts; the message is one sentence that says which way."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One who may sign releases. `number` tells keys apart, and proves nothing."""

    number: bytes
    key: bytes

    @classmethod
    def of(cls, secret: Ed25519PrivateKey) -> Self:
        """The public half. Its number comes from its bytes, so that one key has one number."""
        key = secret.public_key().public_bytes_raw()
        return cls(hashlib.sha256(key).digest()[:NUMBER_BYTES], key)

    def __str__(self) -> str:
        return self.number.hex().upper()

    def written(self) -> str:
        """As signify's -p reads it."""
        return _two_lines(f"nobat release key {self}", self.number + self.key)


def sign(manifest: bytes, secret: Ed25519PrivateKey) -> str:
    """The signature of a manifest's bytes, as signify's -x reads it."""
    signer = PublicKey.of(secret)
    return _two_lines(f"signed with nobat release key {signer}", signer.number + secret.sign(manifest))


def keys_in(text: str) -> tuple[PublicKey, ...]:
    """Every key of a file that holds one or several. Raises SignatureError where a line is neither comment nor key."""
    lines = (line.strip() for line in text.splitlines())
    found = [_bytes_of(line, KEY_BYTES) for line in lines if line and not line.startswith((COMMENT, "#"))]
    return tuple(PublicKey(*one) for one in found)


def verify(manifest: bytes, signature: str | None, trusted: tuple[PublicKey, ...]) -> PublicKey:
    """Who signed it. Raises SignatureError: unsigned, signed by somebody who is not trusted, or altered since."""
    if signature is None:
        raise SignatureError("the bundle is not signed")
    lines = [line for line in signature.splitlines() if not line.startswith(COMMENT)]
    number, signed = _bytes_of(lines[0].strip() if lines else "", SIGNATURE_BYTES)
    named = [key for key in trusted if key.number == number]
    if not named:
        raise SignatureError(f"the bundle is signed with the key {number.hex().upper()}, which this machine does not trust")
    for key in named:
        try:
            Ed25519PublicKey.from_public_bytes(key.key).verify(signed, manifest)
        except (InvalidSignature, ValueError):
            continue
        return key
    raise SignatureError("the bundle was altered after it was signed")


def _two_lines(comment: str, content: bytes) -> str:
    return f"{COMMENT}{comment}\n{base64.b64encode(KIND + content).decode()}\n"


def _bytes_of(line: str, length: int) -> tuple[bytes, bytes]:
    """The key's number, and what follows it."""
    try:
        content = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        content = b""
    number = content[len(KIND) : len(KIND) + NUMBER_BYTES]
    rest = content[len(KIND) + NUMBER_BYTES :]
    if not content.startswith(KIND) or len(rest) != length:
        raise SignatureError("a key or a signature is torn: it is not two lines as signify writes them")
    return number, rest
