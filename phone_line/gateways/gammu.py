"""A USB modem through gammu-smsd: texts are files in its outbox, which it moves to `sent` or `error`.

A file's name carries our id and the text's time, so that nothing has to be remembered here: what became of a text is where
its file lies.

One command that a modem leaves unanswered wedges gammu-smsd for ever: it lives, and sends nothing. `look` therefore ends it
when a text lies in the outbox for too long, and systemd starts it again (docs/texts.md has its files).
"""

import contextlib
import logging
import os
import re
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import msgspec

from mqtt.contract import TextOutcome, TextToSend
from phone_line.gateways.gateway import SEND_SECONDS, Gateway, Result, own_id

log = logging.getLogger(__name__)

POLL_SECONDS: Final = 0.1
WEDGED_AFTER_SECONDS: Final = 300.0
KEPT_AFTER_EXPIRY_MS: Final = 24 * 3600 * 1000
UNITS_IN_ONE_PART: Final = 70
UNITS_IN_A_PART: Final = 67
OURS: Final = re.compile(r"OUTC_\d+_nobat-\d+-\d+-(\d+)\.smsbackup", re.ASCII)
"""Its mobile, our id, the attempt, and the end of its time."""


class GammuSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="gammu"):
    """`kind = "gammu"`."""

    folder: str = "/var/spool/gammu"  # outbox/, sent/ and error/ are in it
    pid_file: str = ""  # of the gammu-smsd that may be ended when it is wedged; empty: only the alarm
    name: str = "gammu"  # how commands and logs call it; no two gateways have one name
    every_seconds: float = 4.0  # at least so long between two texts


class Gammu(Gateway):
    """One modem."""

    knows_our_ids = True

    def __init__(
        self,
        settings: GammuSettings,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Nothing is opened: gammu-smsd may come later."""
        self.name = settings.name
        self.every_seconds = settings.every_seconds
        self._outbox, self._sent, self._error = (Path(settings.folder) / name for name in ("outbox", "sent", "error"))
        self._pid_file = Path(settings.pid_file) if settings.pid_file else None
        self._monotonic = monotonic
        self._sleep = sleep
        self._first_seen: dict[str, float] = {}  # files of the outbox
        self._fault = ""

    def send(self, text: TextToSend) -> Result:
        """Lay it into the outbox, and wait a while for what becomes of it."""
        name = f"OUTC_{text.to}_nobat-{own_id(text)}-{text.attempt}-{text.expires_at_ms}.smsbackup"
        unfinished = self._outbox / f".{name}"  # gammu-smsd takes what begins with OUT
        try:
            with unfinished.open("w", encoding="ascii") as file:
                file.write(smsbackup(text.to, text.body))
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._outbox / name)
        except OSError as problem:
            return Result(TextOutcome.TRY_AGAIN, error=f"its outbox: {problem.strerror}")
        end = self._monotonic() + SEND_SECONDS
        while (found := self._became_of(name)) is None and self._monotonic() < end:
            self._sleep(POLL_SECONDS)
        return found or Result(TextOutcome.UNKNOWN, error="the modem has not sent it yet")

    def ask(self, text: TextToSend) -> Result:
        """Where the file of its last attempt lies."""
        mark = f"_nobat-{own_id(text)}-"
        folders = (self._outbox, self._sent, self._error)
        names = {path.name for folder in folders for path, _ in _ours(folder) if mark in path.name}
        if not names:
            return Result(TextOutcome.TRY_AGAIN, error="it never came")
        found = [self._became_of(name) for name in names]
        sent = next((each for each in found if each is not None and each.outcome is TextOutcome.ACCEPTED), None)
        still = Result(TextOutcome.UNKNOWN, error="the modem has not sent it yet")
        return sent or (still if None in found else Result(TextOutcome.TRY_AGAIN, error="the modem could not send it"))

    def look(self, store_ms: int) -> str:
        """Take back what must not leave any more, forget what is over, and end a gammu-smsd that is wedged."""
        try:
            self._tidy(store_ms)
        except OSError as problem:
            return f"its folders: {problem.strerror}"
        now = self._monotonic()
        waiting = {path.name for path, _ in _ours(self._outbox)}
        self._first_seen = {name: self._first_seen.get(name, now) for name in waiting}
        wedged = [name for name, since in self._first_seen.items() if now - since >= WEDGED_AFTER_SECONDS]
        if wedged:
            self._fault = "the modem sends nothing: look at its antenna, its SIM and `journalctl -u gammu-smsd`"
            self._end_smsd()
            for name in wedged:  # so that another gateway may send it, and this one does not as well
                with contextlib.suppress(OSError):
                    (self._outbox / name).rename(self._error / name)
        return self._fault

    def _tidy(self, store_ms: int) -> None:
        """Take away what is over, and what a power cut left half written. Raises OSError."""
        for folder, kept_ms in ((self._outbox, 0), (self._sent, KEPT_AFTER_EXPIRY_MS), (self._error, KEPT_AFTER_EXPIRY_MS)):
            for path, expires_at_ms in _ours(folder):
                if store_ms >= expires_at_ms + kept_ms:
                    path.unlink(missing_ok=True)
        for unfinished in self._outbox.glob(".OUTC_*"):
            unfinished.unlink(missing_ok=True)

    def _became_of(self, name: str) -> Result | None:
        """None while its file lies in the outbox."""
        if (self._sent / name).exists():
            self._fault = ""
            return Result(TextOutcome.ACCEPTED, name)
        if (self._error / name).exists():
            return Result(TextOutcome.TRY_AGAIN, error="the modem could not send it")
        return None

    def _end_smsd(self) -> None:
        """Kill it, where we may: wedged, it hears no other signal."""
        try:
            pid = int(self._pid_file.read_text()) if self._pid_file else 0
            if pid > 0 and Path(f"/proc/{pid}/comm").read_text().strip() == "gammu-smsd":
                os.kill(pid, signal.SIGKILL)
                log.warning("gammu-smsd was wedged, and is ended to be started again")
        except (OSError, ValueError) as problem:
            log.warning("gammu-smsd is wedged, and cannot be ended: %s", problem)


def smsbackup(to: str, body: str) -> str:
    """gammu's own file of a text, in Unicode whatever the modem's settings say, a section a part. `body` counts in UTF-16."""
    hexes = [body[at : at + 1].encode("utf-16-be").hex().upper() for at in range(len(body))]
    parts = [""]
    units = len("".join(hexes)) // 4
    room = 4 * (UNITS_IN_ONE_PART if units <= UNITS_IN_ONE_PART else UNITS_IN_A_PART)
    for letter in hexes:  # a letter of two units stays in one part
        if len(parts[-1]) + len(letter) > room:
            parts.append("")
        parts[-1] += letter
    number = to.encode("utf-16-be").hex().upper()
    sections = []
    for at, part in enumerate(parts):
        header = f"UDH = 050003{sum(body.encode()) % 256:02X}{len(parts):02X}{at + 1:02X}\n" if len(parts) > 1 else ""
        sections.append(
            f'[SMSBackup{at:03}]\nPDU = Submit\nState = UnSent\nNumber = "{to}"\nNumberUnicode = {number}\n'
            f"Text00 = {part}\n{header}Coding = Unicode_No_Compression\nFolder = 1\nLength = {len(part) // 4}\nClass = -1\n"
        )
    return "\n".join(sections)


def _ours(folder: Path) -> Iterator[tuple[Path, int]]:
    """Our own whole files in a folder, and until when each is good; none when the folder is not there."""
    for path in folder.glob("OUTC_*"):
        name = OURS.fullmatch(path.name)
        if name is not None:
            yield path, int(name[1])
