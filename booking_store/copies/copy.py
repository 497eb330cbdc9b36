"""A copy is one file whose name says how far it reaches and what its bytes are: a torn one is known without opening it.

    ledger-g7-s12345-20261122T070511Z-3fa9c1d20b7e5a10.sqlite

Generation, sequence and time of its last commit, and the beginning of its SHA-256. The name alone orders copies
(`rules/kept_copies.py`), and it travels with the file to any other machine.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self

from booking_store.database import LedgerError
from rules.kept_copies import Age

NAME: Final = re.compile(
    r"ledger-g(?P<generation>\d+)-s(?P<sequence>\d+)-(?P<as_of>\d{8}T\d{6}Z)-(?P<digest>[0-9a-f]{16})\.(?P<kind>sqlite|dump)",
    re.ASCII,
)
STAMP: Final = "%Y%m%dT%H%M%SZ"
CHUNK_BYTES: Final = 1 << 20


class CopyError(LedgerError):
    """A copy could not be made, or is not good; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy. `kind`: "sqlite" is a database that can be opened, "dump" is PostgreSQL's custom format."""

    path: Path
    age: Age
    digest: str
    kind: str

    @classmethod
    def named(cls, path: Path) -> Self | None:
        """What the file's name says; None: it is no copy."""
        found = NAME.fullmatch(path.name)
        if found is None:
            return None
        try:
            as_of = datetime.strptime(found["as_of"], STAMP).replace(tzinfo=UTC)
        except ValueError:
            return None
        age = Age(int(found["generation"]), int(found["sequence"]), int(as_of.timestamp()) * 1000)
        return cls(path, age, found["digest"], found["kind"])

    def refuse_changed(self) -> None:
        """Read the whole file from its device. Raises CopyError when it is not, byte for byte, what was copied."""
        try:
            found = digest(self.path)
        except OSError as problem:
            raise CopyError(f"{self.path}: {problem.strerror}") from problem
        if found != self.digest:
            raise CopyError(f"{self.path}: torn or changed since it was made (its bytes are not those that its name tells)")


def name_of(age: Age, digest: str, kind: str) -> str:
    """The name of a copy."""
    as_of = datetime.fromtimestamp(age.as_of_ms // 1000, UTC).strftime(STAMP)
    return f"ledger-g{age.generation}-s{age.sequence}-{as_of}-{digest}.{kind}"


def digest(path: Path) -> str:
    """The beginning of the file's SHA-256. It is read from its device, not from the memory that was just written to it."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        while piece := file.read(CHUNK_BYTES):
            found.update(piece)
    return found.hexdigest()[:16]


def newest_first(folder: Path) -> list[Copy]:
    """Every copy in `folder`, by its name, the newest first. Raises CopyError when there is no such folder."""
    try:
        named = [Copy.named(path) for path in folder.iterdir() if path.is_file()]
    except OSError as problem:
        raise CopyError(f"{folder}: {problem.strerror}") from problem
    return sorted((copy for copy in named if copy is not None), key=lambda copy: copy.age, reverse=True)
