"""The site's document: as it is in force, what another one would change, and that one put in force.

The ledger keeps the document word for word, and the store alone checks and loads it, as for `nobat load`: a page writes what it
proposes into the console's own folder and tells the store where. Each proposal names the document that it was made from, so
that nobody puts away what a colleague changed meanwhile.
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from booking_store import site_history
from booking_store.site_history import Load
from mqtt.contract import Answer, Loaded, LoadSite, Reason, Refusal
from staff_console.house import House
from staff_console.visitor import Visitor

_READABLE_BY_THE_STORE: Final = 0o640
_PROBLEM: Final = re.compile(r"(?::(?P<line>\d+))?: (?:(?P<path>[a-z_]+[^:\s]*): )?(?P<words>.*)")
"""What stands after the file's name in one line of a refusal."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake of a document, in English. `path` is the key path ("doctors[2].weekly"), empty where it is of no one key."""

    words: str
    path: str = ""
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """What the store says of a document. `changes`: a sentence each, none where it says what is in force already.

    `stale`: another one was put in force since it was made. `answered` is false where nobody knows whether it was done.
    """

    done: bool
    changes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    stale: bool = False
    answered: bool = True


def filed(house: House) -> Load | None:
    """The document in force; None: no site file was loaded yet. Raises LedgerError."""
    with house.queue.looking() as connection:
        return next(iter(site_history.newest(connection, 1)), None)


def propose(house: House, visitor: Visitor, document: str, instead_of: str) -> Told:
    """What `document` would change, or what is wrong with it. `instead_of`: the SHA-256 of the one that it was made from."""
    return _asked(house, visitor, document, instead_of, dry_run=True)


def put_in_force(house: House, visitor: Visitor, document: str, instead_of: str) -> Told:
    """Put `document` in force, as the visitor's doing."""
    return _asked(house, visitor, document, instead_of, dry_run=False)


def digest(document: str) -> str:
    """The SHA-256 by which the store knows a document."""
    return hashlib.sha256(document.encode()).hexdigest()


def _asked(house: House, visitor: Visitor, document: str, instead_of: str, *, dry_run: bool) -> Told:
    with _handed_over(Path(house.settings.proposals_folder), document) as path:
        asked = LoadSite(path=str(path), sha256=digest(document), dry_run=dry_run, instead_of=instead_of)
        return _told(house.ask(visitor, asked), str(path))


@contextmanager
def _handed_over(folder: Path, document: str) -> Iterator[Path]:
    """A file of the document where the store reads it, for as long as it is asked about. Raises OSError."""
    path = folder.absolute() / f"proposal-{secrets.token_hex(8)}.toml"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, _READABLE_BY_THE_STORE)
            file.write(document.encode())
        yield path
    finally:
        path.unlink(missing_ok=True)


def _told(answer: Answer | None, name: str) -> Told:
    match answer:
        case None:
            return Told(done=False, answered=False)
        case Loaded(changes):
            return Told(done=True, changes=changes)
        case Refusal(Reason.STALE):
            return Told(done=False, stale=True)
        case Refusal(Reason.BAD_SITE_FILE, detail):
            return Told(done=False, problems=tuple(_problem(line.removeprefix(name)) for line in detail.splitlines()))
        case Refusal(reason, detail):
            return Told(done=False, problems=(Problem(f"{reason}: {detail}" if detail else reason),))
    raise TypeError(f"the store answered a site file with {type(answer).__name__}")


def _problem(line: str) -> Problem:
    found = _PROBLEM.fullmatch(line)
    if found is None:
        return Problem(line)
    return Problem(found["words"], found["path"] or "", int(found["line"]) if found["line"] else None)
