"""The day, its boards and points as they are now, retained."""

from enum import StrEnum

from mqtt.contract.site_card import Name
from mqtt.contract.words import DayStatus, PointStatus, Source
from mqtt.fields import Commit, Id, Moment, Struct


class WalkInsLeft(Struct, frozen=True):
    """What the kiosk's list of departments shows. A department with doctors has a row a doctor besides its own sum."""

    department: int
    left: int
    doctor: int | None = None
    closed: bool = False  # no session now or later today
    more_later: bool = False  # none is left of what was released so far: the staff may release more


class Day(Struct, frozen=True):
    """store -> all, `day`: the service day."""

    epoch: Id
    sequence: Commit
    status: DayStatus
    service_day: int = 0  # 0: none was ever opened
    date: str = ""
    walk_ins: tuple[WalkInsLeft, ...] = ()
    absent_doctors: tuple[int, ...] = ()
    opens_date: str | None = None  # when closed: the next opening
    opens_time: str | None = None
    clock_trusted: bool = True


class CallKind(StrEnum):
    CALL = "call"
    RECALL = "recall"


class Call(Struct, frozen=True):
    """One call. Its id is (epoch, call) and never used again (PROTOCOL rule 12)."""

    epoch: Id
    call: Commit
    number: int
    point: str
    kind: CallKind
    called_at_ms: Moment
    urgent: bool = False
    withdrawn: bool = False


class Serving(Struct, frozen=True):
    """What one point of the zone shows now."""

    point: str
    status: PointStatus
    number: int | None = None
    called_at_ms: Moment | None = None


class LateDoctor(Struct, frozen=True):
    doctor: int
    until: str


class Board(Struct, frozen=True):
    """store -> displays, `board/{zone}`: all a waiting room shows and speaks."""

    zone: str
    epoch: Id
    sequence: Commit
    as_of_ms: Moment
    calls: tuple[Call, ...] = ()  # oldest first
    serving: tuple[Serving, ...] = ()  # in the site file's order
    waiting: int = 0
    absent: tuple[int, ...] = ()  # «غایب», latest first
    late: tuple[LateDoctor, ...] = ()
    notices: tuple[Name, ...] = ()


class Current(Struct, frozen=True):
    """The ticket at a point."""

    number: int
    stage: str
    source: Source
    called_at_ms: Moment
    calls: int = 1  # how often it was called here
    department: int | None = None
    doctor: int | None = None
    priority: str | None = None
    priority_asked: str | None = None
    urgent: bool = False
    marks: tuple[str, ...] = ()  # what reception should look at: "unknown_print", "code_used_twice", …


class Waiting(Struct, frozen=True):
    """One of the next three."""

    number: int
    why: str  # the call order's reason code: "booked", "walk_in", "priority", "returning", "urgent", "aged"


class LastAct(Struct, frozen=True):
    """What this point did last, for its screen and for undo."""

    act: str  # the tag of the Act
    number: int | None
    at_ms: Moment
    undo_until_ms: Moment | None = None  # None: cannot be undone (any more)


class PointState(Struct, frozen=True):
    """store -> all, `point/{point}`: what the point's own devices show; staff may look too."""

    point: str
    epoch: Id
    sequence: Commit
    revision: int
    as_of_ms: Moment
    status: PointStatus
    current: Current | None = None
    last_call: Call | None = None
    next: tuple[Waiting, ...] = ()
    waiting: int = 0
    paused_why: str | None = None
    paused_until: str | None = None
    last_act: LastAct | None = None
