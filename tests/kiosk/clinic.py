"""A small clinic for the kiosk's tests, and a hand that works the kiosk without hardware."""

from dataclasses import dataclass, field, replace
from typing import Any

from kiosk_device import kiosk as deciding
from kiosk_device.actions import Action, AskTicket, PrintSlip, PrintTicket, SendSettle, WriteNumber
from kiosk_device.events import NumberWritten, Printed, PrinterChanged, PrintFailed
from kiosk_device.state import Asking, Kiosk
from kiosk_device.visit.showing import view
from kiosk_device.visit.views import View
from mqtt.contract import (
    Answer,
    Changed,
    ClassCard,
    Day,
    DayStatus,
    DepartmentCard,
    DoctorCard,
    Message,
    Name,
    PointCard,
    PrinterStatus,
    Reply,
    SettleOutcome,
    Sheet,
    SheetCode,
    SheetDay,
    SheetShare,
    SiteCard,
    Source,
    StageCard,
    StoreBeat,
    TicketGiven,
    WalkInsLeft,
    ZoneCard,
)
from mqtt.feed import Feed
from mqtt.session import Answered, Connected, Disconnected, Heard
from pads.events import KeyDown, KeyUp
from program.inbox import Tick
from program.loop import ActionFailed
from rules.code_digest import digest_of
from rules.tracking_code import check_digit

EPOCH = "epoch-1"
SITE = SiteCard(
    epoch=EPOCH,
    sequence=1,
    site="kosar",
    name=Name(fa="کلینیک کوثر اراک", en="Kosar clinic"),
    time_zone="Asia/Tehran",
    phone="086-32240066",
    departments=(
        DepartmentCard(code=12, name=Name(fa="قلب و عروق")),
        DepartmentCard(code=20, name=Name(fa="آزمایشگاه")),
        DepartmentCard(code=30, name=Name(fa="ارتوپدی")),
        DepartmentCard(code=40, name=Name(fa="پوست و مو")),
    ),
    doctors=(
        DoctorCard(code=3, department=12, name=Name(fa="دکتر الف")),
        DoctorCard(code=4, department=12, name=Name(fa="دکتر ب")),
    ),
    points=(PointCard(id="counter-1", kind="counter", label=1, zone="hall-1", stages=("reception",)),),
    stages=(StageCard(id="reception", name=Name(fa="پذیرش")),),
    zones=(ZoneCard(id="hall-1", name=Name(fa="سالن ۱")),),
    priority_classes=(
        ClassCard(id="elderly", name=Name(fa="سالمند")),
        ClassCard(id="pregnant", name=Name(fa="باردار")),
    ),
)
DAY = Day(
    epoch=EPOCH,
    sequence=1,
    status=DayStatus.ACCEPTING,
    service_day=7,
    date="2026-11-22",
    walk_ins=(
        WalkInsLeft(department=12, left=5),
        WalkInsLeft(department=12, left=2, doctor=3),
        WalkInsLeft(department=12, left=3, doctor=4),
        WalkInsLeft(department=20, left=9),
        WalkInsLeft(department=30, left=0),
        WalkInsLeft(department=40, left=0, closed=True),
    ),
)
CODE = "1234567" + str(check_digit("1234567"))
WRONG_CODE = "1234567" + str((check_digit("1234567") + 1) % 10)
TICKET = TicketGiven(
    number=123,
    service_day=7,
    date="2026-11-22",
    source=Source.BOOKED,
    department=12,
    stage="reception",
    zone="hall-1",
    points=("counter-1",),
    ahead=5,
    issued_at_ms=1,
)


NOW_MS = 1_763_793_000_000
"""The store's time when a Hand begins: ten in the morning of the clinic."""
HOUR_MS = 3_600_000
SALT = "c2FsdA=="
QUICK = 2
"""A digest's cost that hides nothing and takes no time."""
UNKNOWN_CODE = "7654321" + str(check_digit("7654321"))


def sheet(*codes: SheetCode, walk_ins: tuple[SheetShare, ...] = (), today: bool = True, **facts: Any) -> Sheet:
    """The kiosk's sheet: its numbers are 950 to 959, the day gives tickets for two hours more."""
    usual = {
        "date": DAY.date,
        "salt": SALT,
        "tickets_from_ms": NOW_MS - HOUR_MS,
        "tickets_until_ms": NOW_MS + 2 * HOUR_MS,
        "service_day": 7,
        "status": DayStatus.ACCEPTING,
        "codes": codes,
        "walk_ins": walk_ins,
    }
    day = SheetDay(**{**usual, **facts})
    numbers = {"first_number": 950, "last_number": 959, "scrypt_cost": QUICK}
    return Sheet(epoch=EPOCH, sequence=1, as_of_ms=NOW_MS, today=day if today else None, **numbers)


def sheet_code(code: str = CODE, **facts: Any) -> SheetCode:
    """A booking with a cardiologist, good all day, as a sheet names it."""
    usual: dict[str, Any] = {"department": 12, "doctor": 3, "good_from_ms": None, "good_until_ms": None}
    return SheetCode(digest=digest_of(code, SALT, QUICK), **{**usual, **facts})


def turns(department: int, left: int, doctor: int | None = None, until_ms: int = NOW_MS + HOUR_MS) -> SheetShare:
    """Walk-in turns that are kept for this kiosk."""
    return SheetShare(department=department, until_ms=until_ms, left=left, doctor=doctor)


def ready(now: float = 100.0) -> Kiosk:
    """A kiosk with a connection, a store, an open day and paper, and nobody in front of it."""
    beat = StoreBeat(up=True, connection="s", epoch=EPOCH, sequence=1, wall_ms=NOW_MS)
    feed = Feed(connected=True, beat=beat, beat_at=now)
    return Kiosk(device="kiosk-1", boot="b" * 16, site=SITE, day=DAY, feed=feed, printer=PrinterStatus.OK, since=now)


@dataclass
class Hand:
    """Works one kiosk: presses, lets time pass, answers for the store and the printer, and keeps what was done."""

    kiosk: Kiosk = field(default_factory=ready)
    now: float = 100.0
    actions: list[Action] = field(default_factory=list)
    store_lives: bool = True
    disk_full: bool = False
    disk_answers: bool = True

    def event(self, event: object) -> None:
        """Give the kiosk one event. Its disk takes a number at once, or not at all, unless the test answers for it."""
        before = self.kiosk.mode
        self.kiosk, actions = deciding.step(self.kiosk, event, self.now)
        still_asking = isinstance(self.kiosk.mode, Asking) and isinstance(before, Asking)
        assert self.kiosk.mode == before or still_asking or self.kiosk.since == self.now, (
            "whatever changes a mode begins its time"
        )
        self.actions.extend(actions)
        for action in actions:
            if self.disk_answers and isinstance(action, WriteNumber):
                failed = ActionFailed(action, "OSError: no space left on device")
                self.event(failed if self.disk_full else NumberWritten(action.request))

    def hear(self, message: Message, *, live: bool = True) -> None:
        """Something that the store has published."""
        self.event(Heard("", "", message, live))

    def lose_the_store(self) -> None:
        """The cable is out; time goes on without beats."""
        self.store_lives = False
        self.event(Disconnected("cable"))

    def find_the_store(self) -> None:
        """It is back, of the same run."""
        self.store_lives = True
        self.event(Connected("again"))
        self.hear(StoreBeat(up=True, connection="s", epoch=EPOCH, sequence=3, wall_ms=NOW_MS))

    def press(self, *keys: str) -> None:
        """Press and let go of keys, one after the other."""
        for key in keys:
            self.event(KeyDown(key))
            self.event(KeyUp(key))

    def type_digits(self, digits: str) -> None:
        """Press the keys of a number."""
        self.press(*digits)

    def wait(self, seconds: float) -> None:
        """Let time pass, with the store's beat going on and every deadline kept."""
        end = self.now + seconds
        while True:
            at = deciding.deadline(self.kiosk)
            if at is None or at > end:
                break
            self.now = max(self.now, at)
            self.hear_beat()
            self.event(Tick(self.now))
        self.now = end
        self.hear_beat()
        self.event(Tick(self.now))

    def hear_beat(self) -> None:
        """The store lives, if it does."""
        if not self.store_lives:
            return
        self.kiosk = replace(self.kiosk, feed=replace(self.kiosk.feed, beat_at=self.now))

    def answer(self, answer: Answer, request: str | None = None) -> None:
        """The store's reply to the ticket request under way, or to `request`."""
        if request is None:
            assert isinstance(self.kiosk.mode, Asking)
            request = self.kiosk.mode.request
        self.event(Answered(Reply(id=request, answer=answer, epoch=EPOCH, sequence=2)))

    def noted(self, request: str) -> None:
        """The store knows about the priority."""
        self.answer(Changed(), request)

    def printed(self) -> None:
        """The printer has printed the ticket it was given last."""
        self.event(Printed(self.last(PrintTicket).request))

    def slip_printed(self) -> None:
        """The printer has printed the slip it was given last."""
        self.event(Printed(self.last(PrintSlip).request))

    def print_failed(self, *, perhaps: bool) -> None:
        """The printer could not."""
        self.event(PrintFailed(self.last(PrintTicket).request, perhaps_printed=perhaps))

    def printer(self, status: PrinterStatus) -> None:
        """The printer is otherwise than before."""
        self.event(PrinterChanged(status))

    def last(self, kind: type[Any]) -> Any:
        """The newest action of a kind."""
        return next(action for action in reversed(self.actions) if isinstance(action, kind))

    def every(self, kind: type[Any]) -> list[Any]:
        """All actions of a kind, oldest first."""
        return [action for action in self.actions if isinstance(action, kind)]

    def view(self) -> View:
        """What the patient sees."""
        return view(self.kiosk, self.now)

    def settles(self) -> list[tuple[SettleOutcome, int | None]]:
        """What the store was told about papers."""
        return [(one.operation.outcome, one.operation.number) for one in self.every(SendSettle)]

    def asked(self) -> list[Any]:
        """The ticket operations that were sent."""
        return [one.operation for one in self.every(AskTicket)]
