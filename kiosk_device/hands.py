"""Doing what the state decided: ask, print, say, write. Nothing here waits, save for the journal's sync."""

from collections.abc import Callable
from typing import Final, Protocol

from PIL import Image

from kiosk_device.actions import (
    Abandon,
    Action,
    AskAgain,
    AskForCode,
    AskForPriority,
    AskSettle,
    AskTicket,
    Beep,
    EndProgram,
    ForgetSheet,
    Hush,
    Keep,
    Note,
    PrintCopy,
    PrintOfficeSlip,
    PrintSlip,
    PrintTestPage,
    PrintTicket,
    Say,
    SendSettle,
    Tell,
    WriteNumber,
)
from kiosk_device.events import NumberWritten
from kiosk_device.journal import Journal
from kiosk_device.printing.printer import Printer
from kiosk_device.settling import Asked, Printing
from kiosk_device.sheet_file import SheetFile
from mqtt.session import Session
from program.inbox import Inbox
from program.loop import Stop
from sounds.utterance import Utterance

WISH_SECONDS: Final = 3.0
TEST_PAGE: Final = "test page"


class Voice(Protocol):
    """What the kiosk wants of a sounds.player.Player."""

    def say(self, utterance: Utterance) -> None: ...
    def beep(self) -> None: ...
    def hush(self) -> None: ...


class Hands:
    """All that the kiosk can do. Where a line must be on disk first, a failing disk raises before anything else is done."""

    def __init__(  # noqa: PLR0913  each of its parts, once
        self,
        *,
        journal: Journal,
        sheet_file: SheetFile,
        session: Session,
        printer: Printer | None,
        voice: Voice,
        inbox: Inbox,
        paper: Callable[[PrintTicket | PrintSlip | PrintCopy | PrintOfficeSlip], Image.Image],
        test_picture: Callable[[], Image.Image],
    ) -> None:
        self._journal = journal
        self._sheet_file = sheet_file
        self._session = session
        self._printer = printer
        self._voice = voice
        self._inbox = inbox
        self._paper = paper
        self._test_picture = test_picture

    def perform(self, action: Action) -> None:  # noqa: C901, PLR0912  one case an action
        """Do one action."""
        match action:
            case AskTicket(request, operation, seen, date):
                self._journal.write(Asked(request, operation.service_day, date))
                self._session.ask(request, operation, give_up_seconds=None, seen=seen)
            case AskAgain(request, operation, seen):
                self._session.ask(request, operation, give_up_seconds=None, seen=seen)
            case AskForPriority(request, wish) | AskForCode(request, wish):
                self._session.ask(request, wish, give_up_seconds=WISH_SECONDS, seen=None)
            case Abandon(request):
                self._session.give_up(request)
            case WriteNumber(line):
                self._journal.write(line)
                self._inbox.put(NumberWritten(line.request))
            case PrintTicket(request):
                if not action.alone:
                    self._journal.write(Printing(request, action.ticket.number, action.seen))
                self._print(request, self._paper(action))
            case PrintSlip(request) | PrintCopy(request) | PrintOfficeSlip(request):
                self._print(request, self._paper(action))
            case SendSettle(line, settle, operation, seen):
                # A settle that could not be written is told all the same: the store's word outlives this disk.
                try:
                    self._journal.write(line)
                finally:
                    self._session.ask(settle, operation, give_up_seconds=None, seen=seen)
            case AskSettle(request, operation, seen) | Tell(request, operation, seen):
                self._session.ask(request, operation, give_up_seconds=None, seen=seen)
            case Note(line, now_ms):
                self._journal.write(line, now_ms)
            case Keep(message):
                self._sheet_file.keep(message)
            case ForgetSheet():
                self._sheet_file.forget_sheet()
            case Say(utterance):
                self._voice.say(utterance)
            case Hush():
                self._voice.hush()
            case Beep():
                self._voice.beep()
            case PrintTestPage():
                self._print(TEST_PAGE, self._test_picture())
            case EndProgram():
                self._inbox.put(Stop("ordered to start again"))

    def _print(self, request: str, picture: Image.Image) -> None:
        if self._printer is not None:
            self._printer.print(request, picture)
