"""A caller and a store for the voice menu's tests, without a wire: keys and answers go in, words and questions come out."""

from dataclasses import dataclass, field
from typing import Any

from mqtt.contract import (
    Answer,
    Booked,
    Changed,
    DepartmentCard,
    DoctorCard,
    Name,
    Offer,
    Operation,
    PhoneCard,
    Reply,
    SiteCard,
    StoreBeat,
)
from mqtt.session import Answered, Connected, GaveUp, Heard
from phone_line import calls
from phone_line.agi import EndedBy
from phone_line.agi import Heard as HeardOnLine
from phone_line.calls import Action, Telephone
from phone_line.listener import CallCame, CallEnded, Spoken
from phone_line.open_calls import OpenCall
from phone_line.state import Ask, Call, Mode, Say
from program.inbox import Tick
from rules.tracking_code import check_digit

CODE = "1234567" + str(check_digit("1234567"))
OTHER_CODE = "7654321" + str(check_digit("7654321"))
SUNDAY_MS = 1_795_329_000_000
"""A Sunday morning in Arak: 22 November 2026, 1 Azar 1405."""
SITE = SiteCard(
    epoch="e",
    sequence=1,
    site="kosar",
    name=Name(fa="کلینیک کوثر اراک"),
    time_zone="Asia/Tehran",
    departments=(
        DepartmentCard(code=12, name=Name(fa="قلب"), note=Name(fa="نوار قلب را بیاورید.")),
        DepartmentCard(code=21, name=Name(fa="آزمایشگاه")),
    ),
    doctors=(DoctorCard(code=3, department=12, name=Name(fa="دکتر الف")), DoctorCard(code=4, department=12, name=Name(fa="ب"))),
    voice_menu=PhoneCard(),
)
OFFER = Offer(
    held_until_ms=SUNDAY_MS + 120_000,
    date="2026-11-24",
    department=12,
    doctor=3,
    session_starts="08:00",
    session_ends="12:00",
    time="08:30",
)
BOOKED = Booked(
    code=CODE, date="2026-11-24", department=12, doctor=3, session_starts="08:00", session_ends="12:00", time="08:30"
)
MOBILE = "09121234567"


@dataclass
class Line:
    """One telephone program with a call on it."""

    caller: str = "unknown"
    site: SiteCard = SITE
    came_back: int | None = None
    left_open: tuple[OpenCall, ...] = ()
    now: float = 100.0
    line: int = 1
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.telephone = calls.at_start(Telephone(boot="b", secret=b"s"), self.left_open, self.now)
        self.event(Connected("c"))
        self.event(Heard("site", "", self.site, live=False))
        self.event(Heard("store", "", StoreBeat(up=True, connection="s", epoch="e", sequence=4, wall_ms=SUNDAY_MS), live=True))
        self.ring()

    def ring(self, caller: str | None = None) -> None:
        """A call comes in."""
        caller = self.caller if caller is None else caller
        number = "" if caller == "unknown" else caller
        self.event(CallCame(self.line, "127.0.0.1", f"17.{self.line}", number, self.came_back))

    def welcome(self) -> "Line":
        """The store knows nothing of the call; the caller hears the first question."""
        self.answer(Changed())
        return self

    def event(self, event: object) -> None:
        self.telephone, actions = calls.step(self.telephone, event, self.now)
        self.actions.extend(actions)
        assert all(call.since <= self.now for call in self.telephone.calls.values()), "no mode begins later than now"

    @property
    def call(self) -> Call:
        return self.telephone.calls[self.line]

    @property
    def mode(self) -> Mode:
        return self.call.mode

    def hears(self, ended_by: EndedBy, keys: str = "", *, after: float = 3.0, missing: tuple[str, ...] = ()) -> None:
        self.now += after
        self.event(Spoken(self.line, self.call.turn, HeardOnLine(ended_by, keys, missing)))

    def press(self, *answers: str) -> None:
        """Answer one question after the other."""
        for keys in answers:
            self.hears(EndedBy.POUND if keys == "#" else EndedBy.KEYS, "" if keys == "#" else keys)

    def silent(self) -> None:
        self.hears(EndedBy.SILENCE)

    def played(self) -> None:
        self.hears(EndedBy.PLAYED)

    def hears_code(self) -> None:
        """The code, and its last digit."""
        self.played()
        self.played()

    def answer(self, answer: Answer) -> None:
        """The store answers what it was asked."""
        request = self.call.request
        assert request is not None, self.mode
        self.event(Answered(Reply(id=request, answer=answer, epoch="e", sequence=5)))

    def no_answer(self) -> None:
        request = self.call.request
        assert request is not None, self.mode
        self.event(GaveUp(request))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.event(Tick(self.now))

    def hang_up(self) -> None:
        self.event(CallEnded(self.line))

    def last(self, kind: type[Any]) -> Any:
        return next(action for action in reversed(self.actions) if isinstance(action, kind))

    def said(self) -> tuple[str, ...]:
        """The last words, below the exchange's folder."""
        say: Say = self.last(Say)
        return tuple(prompt.removeprefix("nobat/") for prompt in say.prompts)

    def asked(self) -> list[Operation]:
        return [action.operation for action in self.actions if isinstance(action, Ask)]

    def book(self, *, mobile: str = "#") -> "Line":
        """All the way to a booking that was heard once."""
        self.press("1", "12", "03", mobile)
        self.answer(OFFER)
        self.press("1")
        self.answer(BOOKED)
        self.hears_code()
        return self
