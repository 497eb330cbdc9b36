"""The telephone's own disk: which calls may hold a place that nobody has heard of. Safe there before the store is asked.

One small file a call, replaced whole and taken away when nothing needs looking after. What a power cut leaves of one that
was being written has no name yet: its call had asked for nothing.
"""

import hashlib
import logging
from pathlib import Path

import msgspec

from program.durable_file import write_whole

log = logging.getLogger(__name__)


class OpenCall(msgspec.Struct, frozen=True):
    """A call that may hold a place. `told`: perhaps its caller has heard the code."""

    call: str
    told: bool = False


class OpenCalls:
    """The open calls of one telephone."""

    def __init__(self, folder: Path) -> None:
        """Use `folder`/open-calls, or begin it. Raises OSError where it cannot be written."""
        self._folder = folder / "open-calls"
        self._folder.mkdir(parents=True, exist_ok=True)
        for torn in self._folder.glob("*.new"):
            torn.unlink()
        self.left_open = tuple(one for path in sorted(self._folder.iterdir()) if (one := _read(path)) is not None)
        """What the run before us left open."""

    def write(self, call: OpenCall) -> None:
        """Note a call; on the disk when this comes back. Raises OSError: nothing may follow from it."""
        write_whole(self._path(call.call), msgspec.json.encode(call))

    def close(self, call: str) -> None:
        """Nothing of this call needs to be looked after. One that a power cut brings back is looked after in vain."""
        self._path(call).unlink(missing_ok=True)

    def _path(self, call: str) -> Path:
        return self._folder / hashlib.sha256(call.encode()).hexdigest()[:32]


def _read(path: Path) -> OpenCall | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=OpenCall)
    except (msgspec.MsgspecError, UnicodeError):
        log.warning("%s was spoilt and is gone: its place is free when its time is over", path)
        path.unlink()
        return None
