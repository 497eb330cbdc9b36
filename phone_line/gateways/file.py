"""A file instead of a gateway, for trials and the demo: each text is one line of JSON, on the disk before it counts as sent."""

import json
import os
from pathlib import Path

import msgspec

from mqtt.contract import TextOutcome, TextToSend
from phone_line.gateways.gateway import Gateway, Result


class FileSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="file"):
    """`kind = "file"`."""

    path: str  # the file; each text is a line of it
    name: str = "file"  # how commands and logs call it; no two gateways have one name
    every_seconds: float = 0.0  # at least so long between two texts


class File(Gateway):
    """Texts as lines of a file that only we may read: mobiles stand in it."""

    knows_our_ids = True

    def __init__(self, settings: FileSettings) -> None:
        """The file is made with the first text."""
        self.name = settings.name
        self.every_seconds = settings.every_seconds
        self._path = Path(settings.path)

    def send(self, text: TextToSend) -> Result:
        """Write its line."""
        line = json.dumps({"id": text.id, "to": text.to, "body": text.body}, ensure_ascii=False)
        try:
            file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                end = os.lseek(file, 0, os.SEEK_END)
                cut = end > 0 and os.pread(file, 1, end - 1) != b"\n"  # a power cut, or a full disk
                os.write(file, ("\n" * cut + f"{line}\n").encode())  # one write: no reader sees half a line
                os.fsync(file)
            finally:
                os.close(file)
        except OSError as problem:
            return Result(TextOutcome.UNKNOWN, error=f"{problem.strerror}: {self._path}")
        return Result(TextOutcome.ACCEPTED, str(text.id))

    def ask(self, text: TextToSend) -> Result:
        """Whether its line is there."""
        try:
            lines = self._path.read_bytes().splitlines() if self._path.exists() else []
        except OSError as problem:
            return Result(TextOutcome.UNKNOWN, error=f"{problem.strerror}: {self._path}")
        wanted = {"id": text.id, "to": text.to, "body": text.body}
        if any(_read(line) == wanted for line in lines):
            return Result(TextOutcome.ACCEPTED, str(text.id))
        return Result(TextOutcome.TRY_AGAIN, error="it never came")


def _read(line: bytes) -> object:
    """A line that a power cut left half written is no text."""
    try:
        return json.loads(line)
    except ValueError:
        return None
