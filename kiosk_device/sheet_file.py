"""What the kiosk needs to go on alone, kept on its disk: the newest sheet, and the words on the clinic's doors.

One file each, replaced as a whole, and its owner's alone to read: a sheet's digests are worth guessing at. A file is the CRC-32
of its message in eight hex digits, a space, the message as JSON. One that is torn or spoilt is as good as none.
"""

import logging
import zlib
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from mqtt.contract import Sheet, SiteCard
from program.durable_file import write_whole

log = logging.getLogger(__name__)

_NAMES: Final[dict[type, str]] = {Sheet: "sheet.kept", SiteCard: "site.kept"}
_Message = TypeVar("_Message", Sheet, SiteCard)


class SheetFile:
    """The folder with both. `sheet` and `site` are what it held when it was opened."""

    def __init__(self, folder: Path) -> None:
        """Read what is there. Raises OSError where the folder cannot be made."""
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self.sheet = self._read(Sheet)
        self.site = self._read(SiteCard)

    def keep(self, message: Sheet | SiteCard) -> None:
        """Put `message` in the place of the one before; on the disk when this comes back. OSError: the old one stands."""
        text = msgspec.json.encode(message)
        write_whole(self._folder / _NAMES[type(message)], b"%08x %s" % (zlib.crc32(text), text), private=True)

    def forget_sheet(self) -> None:
        """The store keeps no sheet for this kiosk any more. Raises OSError."""
        (self._folder / _NAMES[Sheet]).unlink(missing_ok=True)

    def _read(self, kind: type[_Message]) -> _Message | None:
        path = self._folder / _NAMES[kind]
        try:
            check, _, text = path.read_bytes().partition(b" ")
        except FileNotFoundError:
            return None
        except OSError as problem:
            log.warning("%s cannot be read: %s", path, problem.strerror)
            return None
        try:
            if check == b"%08x" % zlib.crc32(text):
                return msgspec.json.decode(text, type=kind)
        except msgspec.MsgspecError:
            pass
        log.warning("%s is torn or spoilt, and left out", path)
        return None
