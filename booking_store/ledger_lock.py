"""The lock beside an SQLite ledger: one store at a time, and one word that outlives the ledger's own file.

`ledger.sqlite.lock` is held with flock(2), which the kernel lets go with its process. Its only line says what is known of the
ledger besides: that one was made here, so that its absence is a loss and never a beginning; or that another machine's store has
taken the clinic over, so that this ledger's history has ended.
"""

import fcntl
import os
from pathlib import Path
from typing import Final, Self

from program.durable_file import give_to_owner_of

MADE: Final = "made"
SUPERSEDED: Final = "superseded by "
LONGEST_BYTES: Final = 200


class LedgerLock:
    """The held lock. Whoever holds it is the only one who may write the ledger, move it or put another in its place."""

    def __init__(self, handle: int) -> None:
        self._handle: int | None = handle

    @classmethod
    def take(cls, ledger: Path) -> Self:
        """Hold the lock of the ledger at this path. Raises BlockingIOError when somebody else does, OSError when the folder
        cannot be written."""
        is_new = not lock_file(ledger).exists()
        handle = os.open(lock_file(ledger), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            if is_new:
                give_to_owner_of(ledger.parent, handle)  # else a root who came first locks the store out for good
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise
        return cls(handle)

    @property
    def word(self) -> str:
        """What was noted last; empty: nothing yet. A power cut may have left the end of a longer word below it."""
        return _first_line(os.pread(self._held(), LONGEST_BYTES, 0))

    def note(self, word: str) -> None:
        """Leave a word in the place of the last; on the disk when this comes back. Raises OSError."""
        line = f"{word}\n".encode()[:LONGEST_BYTES]
        handle = self._held()
        os.pwrite(handle, line, 0)
        os.ftruncate(handle, len(line))
        os.fsync(handle)

    def release(self) -> None:
        """Let it go; once is enough."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def _held(self) -> int:
        if self._handle is None:
            raise ValueError("the lock was let go")
        return self._handle


def lock_file(ledger: Path) -> Path:
    """Where the lock of a ledger is."""
    return ledger.with_name(ledger.name + ".lock")


def word_beside(ledger: Path) -> str:
    """The word of a ledger's lock, for who only looks and holds nothing; empty: there is none, or not for their eyes."""
    try:
        return _first_line(lock_file(ledger).read_bytes())
    except OSError:
        return ""


def _first_line(said: bytes) -> str:
    return said.decode("utf-8", errors="replace").partition("\n")[0].strip()
