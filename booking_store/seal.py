"""The seal on what tells who somebody is: names, numbers and addresses lie in the ledger as ciphertext, and so in every copy.

The key is a file of its own outside the ledger, readable by its owner alone; who has the ledger without it reads counts and
dates. Fernet (AES with an authentication, of `cryptography`) seals; a code is searched for by its mark, an HMAC, which says
only whether two are the same. The file holds one key a line: the first seals, all of them open, so that a new first line
begins a new key. The marks stay those of the last line, the oldest.
"""

import base64
import hashlib
import hmac
import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Self

import msgspec
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from program.durable_file import write_whole

KEY_BYTES: Final = 32
KEYS_MOST: Final = 20
OTHERS: Final = 0o077
OTHERS_OF_SYSTEMD: Final = 0o007
"""systemd lets its user in by an access list, which shows as the group's bits."""
NO_KEY: Final = b"none"
"""What the units hand over in the place of a key that is not there (systemd/nobat-store.service)."""
MARKS: Final = b"nobat: marks of identity codes"


class SealError(Exception):
    """The key file cannot be used, or is not the one that the ledger was sealed with; the message says what to do."""


class Seal:
    """Closes and opens what is personal, and makes the marks that it is searched by."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """`keys`: each 32 bytes in URL-safe base64, the newest first. Raises SealError."""
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
            oldest = base64.urlsafe_b64decode(keys[-1])
        except (ValueError, IndexError) as problem:
            raise SealError("expected one key of 32 bytes a line, in URL-safe base64 (nobat office key makes one)") from problem
        self._marks = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=MARKS).derive(oldest)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The seal of a key file. Raises SealError: it is not there, others may read it, or it holds no keys."""
        try:
            with path.open("rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                keys = file.read().split()
        except OSError as problem:
            raise SealError(f"{path}: the key cannot be read: {problem.strerror}; put it back from its safe place") from problem
        of_systemd = os.environ.get("CREDENTIALS_DIRECTORY") == str(path.parent)
        if mode & (OTHERS_OF_SYSTEMD if of_systemd else OTHERS):
            raise SealError(f"{path}: others may read this key (mode {mode:04o}): chmod 600 {path}")
        if len(keys) > KEYS_MOST:
            raise SealError(f"{path}: more than {KEYS_MOST} keys")
        try:
            return cls(keys)
        except SealError as problem:
            raise SealError(f"{path}: {problem}") from problem

    @classmethod
    def read_if_any(cls, path: Path) -> Self | None:
        """The same; None where a unit says that there is none. Raises SealError."""
        with suppress(OSError):  # `read` tells it
            if path.read_bytes().strip() == NO_KEY:
                return None
        return cls.read(path)

    def close(self, facts: object) -> str:
        """What is personal of a row, sealed."""
        return self._fernet.encrypt(msgspec.json.encode(facts)).decode("ascii")

    def open(self, sealed: str | None, wanted: type[Any] = dict) -> Any:
        """What was sealed, as `wanted`; an empty one where it was erased. Raises SealError for another key's."""
        if sealed is None:
            return wanted()
        try:
            return msgspec.json.decode(self._fernet.decrypt(sealed.encode("ascii")), type=wanted)
        except InvalidToken as problem:
            raise SealError("this was sealed with another key: put the ledger's own key file back") from problem

    def mark(self, kind: str, code: str) -> str:
        """The mark of a code that is cleaned already: the same for the same kind and code, and nothing can be read from it."""
        return hmac.new(self._marks, f"{kind}:{code}".encode(), hashlib.sha256).hexdigest()

    @property
    def name(self) -> str:
        """By which a ledger knows its own key again; nothing can be read from it either."""
        return self.mark("seal", "nobat")


def make_key(path: Path) -> None:
    """A fresh key at `path`, readable by its owner alone. Raises SealError where a file is there: its key may seal a ledger."""
    if path.exists():
        raise SealError(f"{path}: a key is there already, and a ledger may be sealed with it; nothing was changed")
    try:
        write_whole(path, Fernet.generate_key() + b"\n", private=True)
    except OSError as problem:
        raise SealError(f"{path}: {problem.strerror}") from problem
