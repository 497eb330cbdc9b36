"""What a kiosk needs to go on alone, retained on `sheet/{kiosk}`."""

from mqtt.contract.words import DayStatus
from mqtt.fields import Commit, Id, Moment, Struct


class SheetCode(Struct, frozen=True):
    """A booking as a kiosk alone looks it up. `digest`: scrypt of the code with the day's salt, base64."""

    digest: str
    department: int
    good_from_ms: Moment | None  # the window; None: no limit on that side
    good_until_ms: Moment | None
    doctor: int | None = None
    time_ms: Moment | None = None  # the place's own time, where the site gives times
    cancelled: bool = False
    doctor_absent: bool = False
    number: int | None = None  # its ticket's
    state: str = ""  # that ticket's, a word of rules.journey.State


class SheetShare(Struct, frozen=True):
    """Walk-in turns of one session that this kiosk may give when it is alone."""

    department: int
    until_ms: Moment  # the session's end
    left: int
    doctor: int | None = None


class SheetDay(Struct, frozen=True):
    """One day on a sheet. `salt` (base64) is the day's and this run's of the store, and is nowhere else."""

    date: str
    salt: str
    tickets_from_ms: Moment
    tickets_until_ms: Moment
    service_day: int = 0  # 0: not opened yet
    status: DayStatus = DayStatus.CLOSED
    codes: tuple[SheetCode, ...] = ()
    walk_ins: tuple[SheetShare, ...] = ()
    highest: int | None = None  # of the kiosk's own range, as far as the store knows


class Sheet(Struct, frozen=True):
    """store -> that kiosk, `sheet/{kiosk}`, at most every SHEET_EVERY_SECONDS: all that it needs to go on alone. Only its own
    account may read it."""

    epoch: Id
    sequence: Commit
    as_of_ms: Moment
    first_number: int  # the kiosk's own range
    last_number: int
    scrypt_cost: int  # n of scrypt, r = 8, p = 1
    today: SheetDay | None = None
    tomorrow: SheetDay | None = None  # the next day with sessions, from the closing of today's on
