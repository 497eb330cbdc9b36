"""Whether an SQLite file is sound, found out without changing a byte of it or of its -wal.

A connection that may write is no way to look: even closing it moves the commits of the -wal into the file, sound or not, and
whoever comes to rescue a damaged ledger finds neither as it was.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

HEADER: Final = b"SQLite format 3\0"
NO_UTF_8: Final = "Could not decode to UTF-8"


def fault_of(path: Path) -> str | None:
    """What is wrong with the file at `path`, in the words of SQLite; None: it is sound. Nobody may write it meanwhile.

    Raises sqlite3.OperationalError where that cannot be found out: the disk fails, or somebody holds the file.
    """
    wal = path.with_name(f"{path.name}-wal")
    if not path.exists():
        return "the file is gone but its -wal is there" if wal.exists() else None
    with path.open("rb") as file:
        if file.read(len(HEADER)) != HEADER:
            return "this is not an SQLite file"
    if _is_cut_short(path, wal):
        return "the end of the file is cut off"
    alone = "" if wal.exists() else "&immutable=1"  # else it would make an empty -wal
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro{alone}", uri=True)) as looking:
            verdict = str(looking.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except (sqlite3.DatabaseError, UnicodeError) as problem:
        if not is_damage(problem):
            raise
        return told(problem)
    return None if verdict == "ok" else told(verdict)


def _is_cut_short(path: Path, wal: Path) -> bool:
    """Whether pages are missing that are not in the -wal either. SQLite itself does not miss them while there is a -wal: it
    takes them for zeros, and a page of words may be anything. (A power cut while the -wal was moved into the file leaves it
    shorter than it says, too, but then the -wal has those pages.)"""
    with path.open("rb") as file:
        said = file.read(100)
    if len(said) < 100:
        return True
    page_bytes, pages = int.from_bytes(said[16:18]), int.from_bytes(said[28:32])
    whole = path.stat().st_size // (65_536 if page_bytes == 1 else max(page_bytes, 512))
    return whole < pages and not set(range(whole + 1, pages + 1)) <= _pages_in(wal)


def _pages_in(wal: Path) -> set[int]:
    """The numbers of the pages that a -wal holds (sqlite.org/fileformat2.html, 4.1)."""
    if not wal.exists():
        return set()
    found = set()
    with wal.open("rb") as file:
        header = file.read(32)
        page_bytes, salts = header[8:12], header[16:24]
        while len(frame := file.read(24)) == 24 and frame[8:16] == salts:
            found.add(int.from_bytes(frame[:4]))
            file.seek(int.from_bytes(page_bytes), os.SEEK_CUR)
    return found


def is_damage(problem: BaseException | None) -> bool:
    """Whether this fault of sqlite3 lies in the file, and not in a disk that is full or fails, or a lock."""
    if isinstance(problem, sqlite3.OperationalError):
        # A schema that is spoilt in one letter lacks a column; both have no cause of their own among SQLite's codes.
        spoilt_schema = getattr(problem, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
        return spoilt_schema or str(problem).startswith(NO_UTF_8)
    return type(problem) is sqlite3.DatabaseError or isinstance(problem, UnicodeError)


def told(problem: BaseException | str | None) -> str:
    """The fault in one line for the log, without what stood in the file: it may name somebody."""
    if isinstance(problem, UnicodeError):
        return "its words are no UTF-8"
    return " ".join(str(problem).partition(" with text ")[0].split())
