"""A USB modem without a modem: a pseudo terminal that speaks AT as gammu's driver asks it, and reads the texts given to it.

It takes a text, refuses it with an error of the network ("38": network out of order), or stays silent in the middle, which
is what wedges gammu-smsd.
"""

import contextlib
import logging
import os
import re
import select
import threading
import tty
from dataclasses import dataclass
from pathlib import Path
from typing import Final

log = logging.getLogger(__name__)

CTRL_Z: Final = b"\x1a"
ESCAPE: Final = b"\x1b"
ANSWERS: Final = {
    "AT+CGMI": "Nobat",
    "AT+CGMM": "Twin",
    "AT+CGMR": "1",
    "AT+CGSN": "490154203237518",
    "AT+CIMI": "432110000000000",
    "AT+CPIN?": "+CPIN: READY",
    "AT+CREG?": "+CREG: 0,1",
    "AT+CGREG?": "+CGREG: 0,1",
    "AT+CGATT?": "+CGATT: 1",
    "AT+COPS?": '+COPS: 0,2,"43211"',
    "AT+CSQ": "+CSQ: 21,0",
    "AT+CBC": "+CBC: 0,100",
    "AT+CSCA?": '+CSCA: "+989110000000",145',
    "AT+CSCS=?": '+CSCS: ("GSM","UCS2")',
    "AT+CSCS?": '+CSCS: "GSM"',
    "AT+CPMS=?": '+CPMS: ("SM"),("SM"),("SM")',
    "AT+CPMS?": '+CPMS: "SM",0,20,"SM",0,20,"SM",0,20',
    "AT+CNMI=?": "+CNMI: (0-2),(0-3),(0,2),(0-2),(0,1)",
    "AT+CMGF=?": "+CMGF: (0,1)",
    "AT+CSMS?": "+CSMS: 0,1,1,1",
}
DONE: Final = ("ATE", "ATZ", "AT+CMEE=", "AT+CSCS=", "AT+CMGF=", "AT+CNMI=", "AT+CFUN=", "AT+CREG=", "AT+CGREG=", "AT+CSMS=")
"""What it does without a word; all else is an error to it, as to a cheap modem."""


@dataclass(frozen=True, slots=True)
class Part:
    """One message as the network would have it: a whole text, or part `number` of the `parts` of text `reference`."""

    to: str
    body: str
    reference: int = 0
    number: int = 1
    parts: int = 1


class ModemTwin:
    """A modem at `path`, a link to the pseudo terminal."""

    def __init__(self, path: Path) -> None:
        self._master, self._slave = os.openpty()  # ours stays open too, or the terminal would end with its first user
        tty.setraw(self._slave)
        path.unlink(missing_ok=True)
        path.symlink_to(os.ttyname(self._slave))
        self._path = path
        self._ears, self._mouth = os.pipe()
        self._thread = threading.Thread(target=self._answer, name="modem-twin", daemon=True)
        self._waits_for_text = False
        self.sent: list[Part] = []
        """What it gave to the network."""
        self.error: int | None = None
        """The network's error for each text; None: it takes them."""
        self.silent = False
        """It takes a text, and never says what became of it."""

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Unplug it."""
        os.write(self._mouth, b".")
        self._thread.join()
        self._path.unlink(missing_ok=True)
        for file in (self._master, self._slave, self._ears, self._mouth):
            os.close(file)

    def texts(self) -> list[tuple[str, str]]:
        """What mobiles show: parts joined to whole texts, to whom and what."""
        whole = []
        for part in self.sent:
            if part.number == 1:
                of_it = [each for each in self.sent if (each.to, each.reference) == (part.to, part.reference)]
                whole.append((part.to, "".join(each.body for each in of_it) if part.parts > 1 else part.body))
        return whole

    def _answer(self) -> None:
        heard = b""
        while True:
            ready, _, _ = select.select([self._master, self._ears], [], [])
            if self._ears in ready:
                return
            heard += os.read(self._master, 4096)
            while (line := re.search(rb"[\r\x1a\x1b]", heard)) is not None:
                said, heard = heard[: line.end()], heard[line.end() :]
                with contextlib.suppress(OSError):
                    self._say(self._reply(said))

    def _say(self, words: bytes) -> None:
        while words:
            words = words[os.write(self._master, words) :]

    def _reply(self, said: bytes) -> bytes:  # noqa: PLR0911  one case a command
        """What it says to one line, its echo first."""
        if self._waits_for_text:
            self._waits_for_text = False
            return said + self._take(said)
        command = said.strip(b"\r\n" + CTRL_Z + ESCAPE).decode("ascii", "replace")
        if command.startswith("AT+CMGS="):
            self._waits_for_text = True
            return said + b"\r\n> "
        if command in ANSWERS:
            return said + f"\r\n{ANSWERS[command]}\r\n\r\nOK\r\n".encode()
        if command.startswith('AT+CPMS="'):
            return said + b"\r\n+CPMS: 0,20,0,20,0,20\r\n\r\nOK\r\n"
        if command.startswith(("AT+CMGL", "AT+CMGR")):
            return said + b"\r\n+CMS ERROR: 321\r\n"  # nothing is stored there
        if command == "AT" or command.startswith(DONE):
            return said + b"\r\nOK\r\n"
        return said + (b"\r\nERROR\r\n" if command else b"")

    def _take(self, said: bytes) -> bytes:
        if not said.endswith(CTRL_Z):
            return b"\r\nOK\r\n"
        if self.silent:
            return b""
        if self.error is not None:
            return f"\r\n+CMS ERROR: {self.error}\r\n".encode()
        self.sent.append(decode_submit(bytes.fromhex(said.strip(CTRL_Z + b"\r\n").decode())))
        return f"\r\n+CMGS: {len(self.sent) % 256}\r\n\r\nOK\r\n".encode()


def decode_submit(pdu: bytes) -> Part:
    """An SMS-SUBMIT in Unicode, as 3GPP 23.040 (9.2.2.2) lays it out. ValueError: it is something else."""
    at = 1 + pdu[0]  # behind the service centre's number
    flags = pdu[at]
    if flags & 0x03 != 0x01:
        raise ValueError("not an SMS-SUBMIT")
    digits = pdu[at + 2]
    at += 4
    number = "".join(f"{octet & 0x0F:x}{octet >> 4:x}" for octet in pdu[at : at + (digits + 1) // 2])[:digits]
    at += (digits + 1) // 2 + 1
    if pdu[at] & 0x0C != 0x08:
        raise ValueError("not in Unicode: Persian would come out as question marks")
    at += 1 + {0x00: 0, 0x10: 1, 0x08: 7, 0x18: 7}[flags & 0x18]  # its validity, in one of three forms
    words = pdu[at + 1 : at + 1 + pdu[at]]
    if not flags & 0x40:
        return Part(number, words.decode("utf-16-be"))
    header, words = words[1 : 1 + words[0]], words[1 + words[0] :]
    if header[:2] != b"\x00\x03":
        raise ValueError("not a part of a longer text")
    reference, parts, place = header[2:5]
    return Part(number, words.decode("utf-16-be"), reference, place, parts)
