"""A kiosk in the world: the house's own decisions, hands and journal, on a printer, a disk and a plug that fail."""

from collections.abc import Callable
from enum import StrEnum
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, Final, cast

from kiosk_device import kiosk as deciding
from kiosk_device import settling
from kiosk_device.actions import Action, AskTicket, PrintTicket, SendSettle, WriteNumber
from kiosk_device.events import OwnTime, Started
from kiosk_device.hands import Hands
from kiosk_device.journal import Journal
from kiosk_device.settling import TicketOperation
from kiosk_device.sheet_file import SheetFile
from kiosk_device.state import Kiosk
from mqtt.contract import DEVICE, CheckIn, DeviceState, SettleOutcome, Sheet, SiteCard
from mqtt.reporter import last_will
from mqtt.session import Connected
from pads.events import KeyDown, KeyUp
from program.frozen import replace
from simulation.clock import Clock
from simulation.network import Network
from simulation.place import Place
from simulation.printer import SimulatedPrinter
from simulation.running import PowerCutError, Running
from simulation.witness import Paper, Witness

ROLE: Final = "kiosk"


class DarkAt(StrEnum):
    """Between which two steps a kiosk's power goes."""

    BEFORE_ASKED = "before it wrote that it asks"
    AFTER_ASKED = "after it wrote that it asks, before it asked"
    BEFORE_ALONE = "before it wrote its own number down"
    AFTER_ALONE = "after it wrote its own number down"
    BEFORE_PRINTING = "before it wrote the number down"
    AFTER_PRINTING = "after it wrote the number down, before the printer moved"
    WHILE_PRINTING = "while it printed"
    BEFORE_SETTLING = "after the paper, before it wrote how that ended"
    AFTER_SETTLING = "after it wrote how the paper ended, before it told"


_LINES: Final = {
    DarkAt.BEFORE_ASKED: settling.Asked,
    DarkAt.AFTER_ASKED: settling.Asked,
    DarkAt.BEFORE_ALONE: settling.GaveAlone,
    DarkAt.AFTER_ALONE: settling.GaveAlone,
    DarkAt.BEFORE_PRINTING: settling.Printing,
    DarkAt.AFTER_PRINTING: settling.Printing,
    DarkAt.BEFORE_SETTLING: settling.Settling,
    DarkAt.AFTER_SETTLING: settling.Settling,
}
_BEFORE: Final = frozenset({DarkAt.BEFORE_ASKED, DarkAt.BEFORE_ALONE, DarkAt.BEFORE_PRINTING, DarkAt.BEFORE_SETTLING})


class Silent:
    """Nobody listens to a kiosk's voice here."""

    def say(self, utterance: object) -> None: ...
    def beep(self) -> None: ...
    def hush(self) -> None: ...


class WatchedJournal(Journal):
    """The real journal on a real file; the power may go before or after a line."""

    def __init__(self, folder: Path, box: "KioskBox") -> None:
        super().__init__(folder)
        self._box = box
        self.loses: bytes | None = None
        """What the card holds when the power is gone, if it has lost what came after."""

    def as_it_is(self) -> bytes:
        """What stands on the card now."""
        return self._path.read_bytes()

    def close(self) -> None:
        super().close()
        if self.loses is not None:
            self._path.write_bytes(self.loses)

    def write(self, line: settling.Line, now_ms: int | None = None) -> None:
        dark = self._box.dark_at
        ends_here = dark is not None and dark in _LINES and isinstance(line, _LINES[dark])
        if ends_here and dark in _BEFORE:
            self._box.dark_at = None
            raise PowerCutError
        if self._box.disk_full:
            raise OSError(28, "No space left on device")
        super().write(line, now_ms)
        if ends_here:
            self._box.dark_at = None
            raise PowerCutError


class WatchedSheet(SheetFile):
    """The real file of the sheet, on the same disk."""

    def __init__(self, folder: Path, box: "KioskBox") -> None:
        super().__init__(folder)
        self._box = box

    def keep(self, message: Sheet | SiteCard) -> None:
        if self._box.disk_full:
            raise OSError(28, "No space left on device")
        super().keep(message)


class Comes:
    """An inbox whose events are heard in the next instant."""

    def __init__(self, box: "KioskBox") -> None:
        self._box = box

    def put(self, event: object) -> bool:
        """Take in one event."""
        running = self._box.running
        if running is not None:
            self._box.clock.after(0.0, lambda: running.hear(event))
        return True


class KioskBox:
    """The metal box: it stays when its program ends and starts again."""

    def __init__(self, network: Network, device: str, folder: Path, chance: Random, witness: Witness) -> None:
        self.network, self.device, self._folder, self._chance, self._witness = network, device, folder, chance, witness
        self.clock: Clock = network.clock
        self.printer = SimulatedPrinter(self.clock, chance, self._came_out)
        self.own_ms: Callable[[], int | None] = lambda: None
        """What its own clock says; None: nothing keeps it right."""
        self.dark_at: DarkAt | None = None
        self.disk_full = False
        self.running: Running[Kiosk, Action] | None = None
        self.went_dark: Callable[[], None] = lambda: None
        """Told when `dark_at` was reached."""
        self.forgets: Callable[[PrintTicket, SendSettle], None] | None = None
        """The card loses the next paper that comes out, and the power goes; told of it, and of what the store was to hear."""
        self._before: tuple[PrintTicket, bytes] | None = None
        """That paper, and what the card held before it."""
        self.claims: dict[str, str] = {}
        """Ticket request -> the code it was for, or the request itself."""
        self.last_request = ""
        """The ticket request that was asked last."""
        self._journal: WatchedJournal | None = None

    @property
    def kiosk(self) -> Kiosk | None:
        """What it knows and shows now; None: the screen is dark."""
        return self.running.look() if self.running is not None else None

    def switch_on(self) -> None:
        """The program starts, with what its disk holds."""
        boot = f"{self._chance.getrandbits(64):016x}"
        self._journal = WatchedJournal(self._folder, self)
        kept = WatchedSheet(self._folder, self)
        first = deciding.at_start(self.device, boot, self._journal, kept, self.clock.now)
        place = Place(self.network, self.device, boot, deciding.follows(self.device), partial(last_will, self.device, ROLE))
        running = Running(
            self.clock,
            place,
            first,
            step=self._step,
            deadline=self._deadline,
            perform=self._perform,
            power_cut=self._goes_dark,
        )
        self.running = running
        self._hands = Hands(
            journal=self._journal,
            sheet_file=kept,
            session=cast("Any", place),
            printer=cast("Any", self.printer),
            voice=Silent(),
            inbox=cast("Any", Comes(self)),
            paper=cast("Any", lambda printing: printing),
            test_picture=cast("Any", lambda: None),
        )
        self.printer.hear = running.hear
        self.place = place
        running.hear(Started())
        running.hear(OwnTime(self.own_ms()))
        self.printer.told()
        running.start()

    def power_cut(self) -> None:
        """Dark."""
        if self.running is None:
            return
        self._witness.note(self.clock.now, f"{self.device} is dark in {type(self.running.state.mode).__name__}")
        self.network.catch_up()
        running, self.running = self.running, None
        running.end()
        self.printer.power_cut()
        self.printer.hear = lambda _event: None
        if self._journal is not None:
            self._journal.close()

    def _goes_dark(self) -> None:
        """The moment of `dark_at` has come."""
        self.power_cut()
        self.went_dark()

    def press(self, key: str) -> None:
        """A finger on a key."""
        if self.running is not None:
            self.running.hear(KeyDown(key))
        if self.running is not None:
            self.running.hear(KeyUp(key))

    def _step(self, kiosk: Kiosk, event: object, now: float) -> tuple[Kiosk, tuple[Action, ...]]:
        after, actions = deciding.step(kiosk, event, now)
        if isinstance(event, Connected):
            up = DeviceState(device=self.device, up=True, connection=event.connection, boot=kiosk.boot, role=ROLE)
            self.place.publish(DEVICE.name, self.device, up)
        return after, actions

    def _deadline(self, kiosk: Kiosk) -> float | None:
        """While beats come through nothing is to be found out about them."""
        if self.network.beats_reach(self.place.connection_) and kiosk.alone is None:
            kiosk = replace(kiosk, look_again_at=None)
        return deciding.deadline(kiosk)

    def _perform(self, action: Action) -> None:
        match action:
            case AskTicket(request, operation):
                self._claims(request, operation)
            case WriteNumber(line):
                self._claims(line.request, line.asked)
            case PrintTicket(alone=False) if self.forgets is not None and self._journal is not None:
                self._before = (action, self._journal.as_it_is())
            case SendSettle():
                self._perhaps_forgets(action)
        self._hands.perform(action)
        if isinstance(action, PrintTicket) and self.dark_at is DarkAt.WHILE_PRINTING:
            self.dark_at = None
            self.clock.after(self._chance.uniform(0.1, 1.0), self._goes_dark)

    def _perhaps_forgets(self, told: SendSettle) -> None:
        if self.forgets is None or self._before is None or self._journal is None:
            return
        (printing, card), settle = self._before, told.operation
        if settle.request == printing.request and settle.outcome is SettleOutcome.PRINTED:
            forgets, self.forgets, self._journal.loses = self.forgets, None, card
            forgets(printing, told)
            raise PowerCutError

    def _claims(self, request: str, operation: TicketOperation) -> None:
        self.last_request = request
        self.claims[request] = operation.code if isinstance(operation, CheckIn) else request

    def _came_out(self, request: str, picture: Any) -> None:
        if isinstance(picture, PrintTicket):
            ticket = picture.ticket
            self.takes(ticket.service_day, ticket.number, request, shown=False)

    def takes(self, service_day: int, number: int, request: str, *, shown: bool) -> None:
        """Somebody has this number now."""
        claim = self.claims.get(request, request)
        self._witness.papers.append(Paper(self.clock.now, self.device, service_day, number, claim, shown))
        self._witness.note(self.clock.now, f"{self.device} {'shows' if shown else 'prints'} {number}")
