"""What the kiosk knows when it is alone, in the words of rules/alone.py; and its answers in the words of the contract. Pure."""

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from kiosk_device.settling import Papers, TicketOperation
from kiosk_device.state import Kiosk
from mqtt.contract import (
    CheckIn,
    Day,
    DayStatus,
    PointCard,
    Reason,
    Refusal,
    SettleOutcome,
    SheetCode,
    SheetDay,
    SiteCard,
    Source,
    TakeHelpTicket,
    TakeWalkIn,
    TicketGiven,
    WalkInsLeft,
)
from mqtt.contract import Sheet as SheetMessage
from program.frozen import replace
from rules import alone
from rules.journey import State
from rules.site import NumberRange

_STATES: Final = {state.value: state for state in State}


# --------------------------------------------------------------------------------------- what it knows


def sheet_of(message: SheetMessage) -> alone.Sheet:
    """A sheet as the rules read it."""
    return alone.Sheet(
        as_of_ms=message.as_of_ms,
        numbers=NumberRange(message.first_number, message.last_number),
        cost=message.scrypt_cost,
        today=_day(message.today, to_come=False),
        tomorrow=_day(message.tomorrow, to_come=True),
    )


def _day(day: SheetDay | None, *, to_come: bool) -> alone.Day | None:
    if day is None:
        return None
    return alone.Day(
        date=day.date,
        service_day=day.service_day,
        accepting=to_come or day.status is DayStatus.ACCEPTING,
        tickets_from_ms=day.tickets_from_ms,
        tickets_until_ms=day.tickets_until_ms,
        salt=day.salt,
        codes={code.digest: _coded(code) for code in day.codes},
        shares=tuple(alone.Share(one.department, one.doctor, one.until_ms, one.left) for one in day.walk_ins),
        highest=day.highest,
    )


def _coded(code: SheetCode) -> alone.Coded:
    return alone.Coded(
        department=code.department,
        doctor=code.doctor,
        good_from_ms=code.good_from_ms,
        good_until_ms=code.good_until_ms,
        time_ms=code.time_ms,
        cancelled=code.cancelled,
        doctor_absent=code.doctor_absent,
        number=code.number,
        state=_STATES.get(code.state),
    )


def own_papers(papers: Papers) -> tuple[alone.OwnPaper, ...]:
    """The numbers that this kiosk gave alone, oldest first. One that the store knows of claims no code and no turn."""
    return tuple(
        alone.OwnPaper(
            date=one.date,
            number=one.number,
            out=paper.outcome is not SettleOutcome.NOT_PRINTED,
            code=one.asked.code if isinstance(one.asked, CheckIn) else None,
            department=one.department if isinstance(one.asked, TakeWalkIn) and paper.answered_at_ms is None else None,
            doctor=one.doctor,
            given_at_ms=one.given_at_ms,
        )
        for paper in papers.by_request.values()
        if (one := paper.alone) is not None
    )


def wall_ms(kiosk: Kiosk, now: float) -> int | None:
    """The time that can be trusted at `now` (monotonic seconds): the store's last word and what passed since, or else the
    kiosk's own clock where something keeps it right. None: no clock may be shown and no window held."""
    if kiosk.sheet is None:
        return None
    doubted = kiosk.day is not None and not kiosk.day.clock_trusted
    store_ms = kiosk.store_time.ms_at(now) if kiosk.store_time is not None and not doubted else None
    own_ms = kiosk.own_time.ms_at(now) if kiosk.own_time is not None else None
    return alone.trusted_ms(kiosk.sheet, store_ms, own_ms)


def day_now(kiosk: Kiosk, now: float) -> alone.Day | None:
    """The day on which the kiosk can go on alone. None: it has no sheet or no words for it, may have given numbers that it does
    not know of, would forget those that it gives, has none left, or does not know the day that it is by now."""
    sheet = kiosk.sheet
    if sheet is None or kiosk.site is None or not (kiosk.own_numbers_known and kiosk.disk_keeps):
        return None
    now_ms = wall_ms(kiosk, now)
    day = alone.day_at(sheet, now_ms)
    if day is None:
        return None
    if day is sheet.today and kiosk.own_highest is not None:
        day = replace(day, highest=max(kiosk.own_highest, day.highest or 0))
    last_known = sheet.tomorrow is None or day is sheet.tomorrow
    another_day = last_known and now_ms is not None and _date(kiosk.site, now_ms) > day.date
    over = another_day and not alone.accepting(day, now_ms)
    return None if over or alone.number_after(sheet, day, own_papers(kiosk.papers)) is None else day


def as_day(kiosk: Kiosk, now: float) -> Day | None:
    """The service day as a kiosk alone tells it: what it can give itself. None: nothing."""
    sheet, day, site = kiosk.sheet, day_now(kiosk, now), kiosk.site
    if sheet is None or day is None or site is None:
        return None
    now_ms = wall_ms(kiosk, now)
    accepting = alone.accepting(day, now_ms)
    opens = sheet.tomorrow if not accepting and day is not sheet.tomorrow else None
    return Day(
        epoch="",
        sequence=0,
        status=DayStatus.ACCEPTING if accepting else DayStatus.CLOSED,
        service_day=day.service_day,
        date=day.date,
        walk_ins=_walk_ins(alone.shares_left(day, own_papers(kiosk.papers), now_ms)),
        opens_date=opens.date if opens is not None else None,
        opens_time=_clock(site, opens.tickets_from_ms) if opens is not None else None,
        clock_trusted=now_ms is not None,
    )


def _walk_ins(shares: tuple[alone.Share, ...]) -> tuple[WalkInsLeft, ...]:
    left: dict[tuple[int, int | None], int] = {}
    for share in shares:
        left[share.department, None] = left.get((share.department, None), 0) + share.left
        if share.doctor is not None:
            left[share.department, share.doctor] = left.get((share.department, share.doctor), 0) + share.left
    return tuple(WalkInsLeft(department=department, left=count, doctor=doctor) for (department, doctor), count in left.items())


# ------------------------------------------------------------------------------------- what it answers


def answer(kiosk: Kiosk, operation: TicketOperation, now: float) -> alone.Answer | None:
    """What the kiosk itself answers. None: it cannot go on alone. A code takes as long as its digest."""
    sheet, day = kiosk.sheet, day_now(kiosk, now)
    if sheet is None or day is None:
        return None
    papers, now_ms = own_papers(kiosk.papers), wall_ms(kiosk, now)
    match operation:
        case CheckIn(code=code):
            return alone.answer_code(sheet, day, papers, code, now_ms)
        case TakeWalkIn(department=department, doctor=doctor):
            return alone.answer_walk_in(sheet, day, papers, department, doctor, now_ms)
        case TakeHelpTicket():
            return alone.answer_help(sheet, day, papers, now_ms)


def refusal(kiosk: Kiosk, why: alone.Refuses, now: float) -> Refusal:
    """Why not, as its screen reads it."""
    if why.why is alone.WhyNot.CLOSED:
        day = as_day(kiosk, now)
        opens = (day.opens_date, day.opens_time) if day is not None else (None, None)
        return Refusal(reason=Reason.CLOSED, date=opens[0], time=opens[1])
    return Refusal(
        reason=Reason(why.why.value),
        time=_clock(kiosk.site, why.time_ms) if kiosk.site is not None and why.time_ms is not None else None,
        number=why.number,
        department=why.department,
        doctor=why.doctor,
    )


def ticket(kiosk: Kiosk, gives: alone.Gives, operation: TicketOperation, now: float) -> TicketGiven:
    """All that the paper can say alone. How many are before it is not known, so `ahead` says nothing; `issued_at_ms` is 0
    where the time is not trusted."""
    day, site = day_now(kiosk, now), kiosk.site
    stage = _first_stage(site, gives.department) if site is not None else ""
    points = _points(site, stage, gives) if site is not None else ()
    source = Source.BOOKED if gives.coded is not None else Source.WALK_IN if gives.department is not None else Source.HELP
    time_ms = gives.coded.time_ms if gives.coded is not None else None
    return TicketGiven(
        number=gives.number,
        service_day=day.service_day if day is not None else 0,
        date=day.date if day is not None else "",
        source=source,
        department=gives.department,
        doctor=gives.doctor,
        stage=stage,
        zone=points[0].zone if points else "",
        points=tuple(point.id for point in points),
        ahead=0,
        issued_at_ms=wall_ms(kiosk, now) or 0,
        booked_time=_clock(site, time_ms) if site is not None and time_ms is not None else None,
        priority=operation.priority if isinstance(operation, TakeWalkIn) else None,
        again=gives.again,
    )


def _first_stage(site: SiteCard, department: int | None) -> str:
    """Where a department's people wait first; those without one, and where the store does not tell: at reception, the site's
    first stage."""
    own = next((one.stages for one in site.departments if one.code == department), ())
    return (*own, *(stage.id for stage in site.stages), "")[0]


def _points(site: SiteCard, stage: str, gives: alone.Gives) -> tuple[PointCard, ...]:
    """Where it may be called first."""
    return tuple(
        point
        for point in site.points
        if stage in point.stages
        and (not point.departments or gives.department is None or gives.department in point.departments)
        and (not point.doctors or gives.doctor is None or gives.doctor in point.doctors)
    )


def _local(site: SiteCard, ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(site.time_zone))


def _clock(site: SiteCard, ms: int) -> str:
    return f"{_local(site, ms):%H:%M}"


def _date(site: SiteCard, ms: int) -> str:
    return _local(site, ms).date().isoformat()
