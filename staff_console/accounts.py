"""The staff's accounts: names, roles and argon2 hashes in one file that only its owner reads.

The file is written by `nobat staff` and read by the console, which looks at it anew when it has changed. It is no part of
the ledger: a copy of the ledger lets nobody in.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import msgspec
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from program.durable_file import write_whole
from program.unreadable import why_unreadable
from staff_console.rights import Role

SHORTEST_PASSWORD: Final = 10
"""Letters; length beats signs (NIST SP 800-63B)."""

Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_.-]{1,31}$")]
"""What somebody signs in with, and what the audit trail calls them."""


class AccountsError(Exception):
    """The accounts cannot be read or changed; the message says why."""


class Account(msgspec.Struct, frozen=True):
    """One member of the staff."""

    name: Name
    shown: str  # «سارا احمدی»
    role: Role
    password_hash: str


class _File(msgspec.Struct, frozen=True):
    accounts: tuple[Account, ...] = ()
    schema: int = 1


_hasher: Final = PasswordHasher()
_of_nobody: Final = _hasher.hash("nobody has this password")


def read(path: Path) -> Mapping[str, Account]:
    """The accounts by name; none where there is no file yet. Raises AccountsError."""
    try:
        file = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.MsgspecError) as problem:
        raise AccountsError(f"{path}: {why_unreadable(problem)}") from problem
    return {account.name: account for account in file.accounts}


class AccountBook:
    """The accounts as the file has them now: read again when it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_at: tuple[int, int] | None = None
        self._accounts: Mapping[str, Account] = {}

    def get(self, name: str) -> Account | None:
        """The account of a name. Raises AccountsError where the file is spoilt."""
        return self.all().get(name)

    def all(self) -> Mapping[str, Account]:
        """Every account by its name. Raises AccountsError where the file is spoilt."""
        try:
            now = self._path.stat()
        except FileNotFoundError:
            return {}
        found = (now.st_mtime_ns, now.st_ino)
        if found != self._read_at:
            self._accounts, self._read_at = read(self._path), found
        return self._accounts


def write(path: Path, accounts: Mapping[str, Account]) -> None:
    """Put these in the place of all that are there. Raises AccountsError."""
    content = msgspec.json.format(msgspec.json.encode(_File(tuple(accounts.values()))))
    try:
        write_whole(path, content, private=True)
    except OSError as problem:
        raise AccountsError(f"{path}: {problem.strerror}") from problem


def account(name: str, shown: str, role: Role, password: str) -> Account:
    """A new account. Raises AccountsError where the name or the password will not do."""
    if len(password) < SHORTEST_PASSWORD:
        raise AccountsError(f"a password has at least {SHORTEST_PASSWORD} letters; four words are easy to remember")
    fields = {"name": name, "shown": shown or name, "role": role, "password_hash": _hasher.hash(password)}
    try:
        return msgspec.convert(fields, Account)
    except msgspec.ValidationError as problem:
        raise AccountsError(f"{name!r}: a name has 2 to 32 small Latin letters, digits, _ . or -, a letter first") from problem


def is_password_of(found: Account | None, password: str) -> bool:
    """Whether this is the account's password. Nobody's takes as long to look at as somebody's."""
    try:
        _hasher.verify(found.password_hash if found is not None else _of_nobody, password)
    except (VerificationError, InvalidHashError):
        return False
    return found is not None
