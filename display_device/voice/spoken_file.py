"""Which calls were spoken, kept over a restart: one small file, written durably off the deciding thread."""

import logging
import queue
import threading
from pathlib import Path
from typing import Final

import msgspec

from display_device.voice.announcement import CallId
from program.durable_file import write_whole

log = logging.getLogger(__name__)

KEPT: Final = 100
WAITING_LIMIT: Final = 100

_decoder: Final = msgspec.json.Decoder(tuple[CallId, ...])


def load_spoken(path: Path) -> tuple[CallId, ...]:
    """The calls written last, oldest first. A missing or torn file is an empty one: a call is repeated, none is missed."""
    try:
        return _decoder.decode(path.read_bytes())
    except FileNotFoundError:
        return ()
    except (OSError, msgspec.MsgspecError, UnicodeError) as problem:
        log.warning("%s: %s; calls may be repeated", path, problem)
        return ()


class SpokenFile:
    """Appends call ids in its own thread; `write` never waits."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ids = load_spoken(path)
        self._queue: queue.Queue[tuple[CallId, ...]] = queue.Queue(WAITING_LIMIT)
        self._thread = threading.Thread(target=self._work, name="spoken-file", daemon=True)

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def write(self, ids: tuple[CallId, ...]) -> None:
        """Keep these too. With a card that hangs, the newest are dropped, and would be spoken again after a restart."""
        try:
            self._queue.put_nowait(ids)
        except queue.Full:
            log.warning("spoken calls not kept: the disk is too slow")

    def _work(self) -> None:
        while True:
            self._ids = (*self._ids, *self._queue.get())[-KEPT:]
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._path, msgspec.json.encode(self._ids))
            except OSError as problem:
                log.warning("%s: %s", self._path, problem)
