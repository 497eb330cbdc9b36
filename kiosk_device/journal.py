"""The kiosk's own disk: a line is safe there before anything follows from it, and a torn or spoilt line hurts no other.

Each line is the CRC-32 of its JSON in eight hex digits, a space, the JSON, a newline. What a power cut tore off at the end,
and what a card spoilt in the middle, is left out and logged. Opening replaces the file as a whole with what still matters,
and so does growing past a limit, so the file stays small. It is its owner's alone to read, and replaced as well when the
last tracking code in it is not needed any more.
"""

import logging
import os
import zlib
from pathlib import Path
from typing import IO, Final

import msgspec

from kiosk_device.settling import Answered, Line, Papers, holds_codes, kept, lines_of, noted
from program.durable_file import write_whole

log = logging.getLogger(__name__)

REWRITE_AT_BYTES: Final = 4 * 1024 * 1024

_decoder: msgspec.json.Decoder[Line] = msgspec.json.Decoder(Line)


class Journal:
    """The journal of one kiosk. `papers` is what it says; `write` is durable when it comes back. `fresh`: it said nothing, as
    on a new card."""

    def __init__(self, folder: Path) -> None:
        """Read `folder`/papers.journal, or begin one. Raises OSError where neither can be."""
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / "papers.journal"
        self.papers = kept(read(self._path), now_ms=None)
        self.fresh = not self.papers.by_request and self.papers.seen is None
        self._due_anew = False  # a full disk had no room for it
        self._file = self._opened_anew()

    def write(self, line: Line, now_ms: int | None = None) -> None:
        """Append one line and sync it. `now_ms`: the store's wall time, to forget what is over a week old. Raises OSError:
        nothing may follow from the line."""
        record = b"\n" + encoded(line) if self._due_anew else encoded(line)  # the last line before may be torn
        start = self._file.seek(0, os.SEEK_END)
        try:
            rest = record
            while rest:
                rest = rest[self._file.write(rest) :]  # write(2) takes what has room, and raises only when nothing has
            os.fdatasync(self._file.fileno())
        except OSError:
            self._file.truncate(start)
            raise
        had_codes = isinstance(line, Answered) and holds_codes(self.papers)
        self.papers = kept(noted(self.papers, line), now_ms)
        codes_over = had_codes and not holds_codes(self.papers)
        if self._due_anew or codes_over or start + len(record) > REWRITE_AT_BYTES:
            self._file.close()
            self._file = self._opened_anew()

    def close(self) -> None:
        """Close the file; everything is on disk already."""
        self._file.close()

    def _opened_anew(self) -> IO[bytes]:
        """The file with only what still matters. On a full disk the old one goes on, and the next line tries again."""
        try:
            file = self._begin_anew()
        except OSError as problem:
            log.warning("%s: not written anew: %s", self._path, problem)
            self._due_anew = True
            file = self._path.open("ab", buffering=0)
        else:
            self._due_anew = False
        return file

    def _begin_anew(self) -> IO[bytes]:
        write_whole(self._path, b"".join(encoded(line) for line in lines_of(self.papers)), private=True)
        return self._path.open("ab", buffering=0)


def encoded(line: Line) -> bytes:
    """A line as it stands on disk."""
    text = msgspec.json.encode(line)
    return b"%08x %s\n" % (zlib.crc32(text), text)


def read(path: Path) -> Papers:
    """What the whole lines of a journal say; a missing file says nothing."""
    papers = Papers()
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return papers
    for number, record in enumerate(raw.split(b"\n"), start=1):
        if not record:
            continue
        line = _decoded(record)
        if line is None:
            log.warning("%s: line %d is torn or spoilt and left out", path, number)
        else:
            papers = noted(papers, line)
    return papers


def _decoded(record: bytes) -> Line | None:
    check, _, text = record.partition(b" ")
    if len(check) != 8 or check != b"%08x" % zlib.crc32(text):
        return None
    try:
        return _decoder.decode(text)
    except msgspec.MsgspecError:
        return None
