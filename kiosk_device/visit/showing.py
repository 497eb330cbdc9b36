"""The view of a state: what the patient sees now. Pure."""

import math
from datetime import UTC, datetime
from functools import cache
from zoneinfo import ZoneInfo

from kiosk_device import alone
from kiosk_device.state import (
    Asking,
    AskingForCode,
    CheckingHousehold,
    ChoosingDepartment,
    ChoosingDoctor,
    ChoosingMatter,
    ChoosingPriority,
    ChoosingPriorityLater,
    CodeSentAgain,
    HasSlip,
    HasTicket,
    Idle,
    Kiosk,
    Mode,
    OfferingNoPaper,
    PrintingSlip,
    PrintingTicket,
    ReadingRefusal,
    StillThere,
    TypingCode,
    TypingHousehold,
    TypingMobile,
    WritingNumber,
)
from kiosk_device.visit import choices
from kiosk_device.visit.asking import CAN_PRINT
from kiosk_device.visit.refusals import screen_of
from kiosk_device.visit.views import (
    WAITING_SQUARES,
    AwayView,
    ClosedView,
    CodeSentView,
    CodeView,
    DepartmentsView,
    DoctorsView,
    HouseholdCheckView,
    HouseholdView,
    IdentifyView,
    IdleView,
    MattersView,
    MobileView,
    NoPaperView,
    OfficeIdleView,
    PrintingView,
    PriorityView,
    RefusalView,
    Row,
    SlipView,
    StillThereView,
    TicketView,
    View,
    WaitView,
)
from kiosk_device.visit.visit import WARNED_SECONDS
from mqtt.contract import DayStatus, Name, PrinterStatus, SettleOutcome, SiteCard
from rules.identity_codes import doubts_of_any

GROUP = 4
BARS = 10


def view(kiosk: Kiosk, now: float) -> View:  # noqa: C901, PLR0911, PLR0912  one case a screen
    """What the screen shows at `now` (monotonic seconds)."""
    if kiosk.identify_until is not None and now < kiosk.identify_until:
        return IdentifyView(kiosk.device)
    language = kiosk.language
    match kiosk.mode:
        case Idle():
            return _idle(kiosk, now)
        case TypingCode(digits, wrong):
            typed = digits[len(digits) // GROUP * GROUP :]
            return CodeView(language, len(digits) // GROUP, typed, wrong, _alone_with_paper(kiosk))
        case Asking(nobody_hears=nobody_hears, asked_at=asked_at):
            # A square a second: the loop looks at least that often by itself, so nobody need wake it for this.
            return WaitView(language, nobody_hears, int(now - asked_at + WAITING_SQUARES - 1) % WAITING_SQUARES)
        case WritingNumber():
            return WaitView(language)
        case AskingForCode():
            return WaitView(language, hollow=int(now - kiosk.since + WAITING_SQUARES - 1) % WAITING_SQUARES, for_code=True)
        case PrintingTicket():
            return PrintingView(language)
        case HasTicket() as has:
            return _ticket(kiosk, has)
        case PrintingSlip():
            return PrintingView(language, slip=True)
        case HasSlip(new, outcome):
            return SlipView(language, new.date, new.time, outcome, _why_no_paper(kiosk, outcome))
        case OfferingNoPaper():
            return NoPaperView(language, kiosk.printer, kiosk.at_office)
        case ReadingRefusal() as reading:
            return _refusal(kiosk, reading, now)
        case StillThere():
            left = max(0.0, kiosk.since + WARNED_SECONDS - now)
            return StillThereView(language, min(BARS, math.ceil(left * BARS / WARNED_SECONDS)))
        case choosing:
            return _choosing(kiosk, choosing)


def _idle(kiosk: Kiosk, now: float) -> View:
    site, day = kiosk.site, kiosk.today
    if kiosk.lost(now) or site is None or day is None:
        return AwayView(kiosk.language, site.name if site else None, kiosk.at_office)
    wall_ms = kiosk.feed.wall_ms(now) if kiosk.alone is None else alone.wall_ms(kiosk, now)
    time = clock(site, wall_ms) if day.clock_trusted else None
    other = other_language(kiosk)
    if day.status is DayStatus.ACCEPTING:
        locked = kiosk.wrong_codes.locked(now)
        by_itself = kiosk.alone is not None
        if kiosk.at_office:
            return OfficeIdleView(kiosk.language, site.name, time, site.kiosk.languages, kiosk.printer, by_itself)
        return IdleView(kiosk.language, site.name, time, site.phone, other, kiosk.printer, locked, by_itself)
    calling_on = day.status is DayStatus.CALLING_ONLY
    return ClosedView(kiosk.language, site.name, time, calling_on, day.opens_date, day.opens_time, other, site.phone)


def other_language(kiosk: Kiosk) -> str | None:
    """The language that the erase key changes to on the first screen."""
    languages = kiosk.site.kiosk.languages if kiosk.site else ()
    if len(languages) < 2 or kiosk.language not in languages:
        return None
    return languages[(languages.index(kiosk.language) + 1) % len(languages)]


def _choosing(kiosk: Kiosk, mode: Mode) -> View:  # noqa: PLR0911  one case a screen
    by_itself = _alone_with_paper(kiosk)
    match mode:
        case ChoosingDepartment(page):
            offered = choices.departments(kiosk)
            more = len(offered) > choices.ON_A_PAGE
            return DepartmentsView(kiosk.language, _rows(offered, page), more, choices.may_have_code(kiosk), by_itself)
        case TypingMobile(digits, wrong):
            return MobileView(kiosk.language, digits, wrong)
        case CodeSentAgain():
            return CodeSentView(kiosk.language)
        case ChoosingDoctor(department, page):
            offered = choices.doctors(kiosk, department)
            name = _department(kiosk.site, department) or Name(fa="")
            return DoctorsView(kiosk.language, name, _rows(offered, page), len(offered) > choices.ON_A_PAGE)
        case ChoosingPriorityLater(has):
            return PriorityView(kiosk.language, _classes(kiosk), has.ticket.number)
        case ChoosingPriority():
            return PriorityView(kiosk.language, _classes(kiosk), alone=by_itself, office=kiosk.at_office)
    return _household(kiosk, mode)


def _household(kiosk: Kiosk, mode: Mode) -> View:
    """What only an insurance office asks."""
    match mode:
        case ChoosingMatter(page):
            offered = choices.matters(kiosk)
            more = len(offered) > choices.ON_A_PAGE
            return MattersView(kiosk.language, _rows(offered, page), more, _alone_with_paper(kiosk))
        case TypingHousehold(errand, needed):
            return HouseholdView(kiosk.language, errand.code, errand.may_go_without, needed)
        case CheckingHousehold(errand):
            odd = doubts_of_any(errand.code)
            return HouseholdCheckView(kiosk.language, errand.code, odd[0].value if odd else None)
    raise TypeError(f"no screen for {type(mode).__name__}")


def _alone_with_paper(kiosk: Kiosk) -> bool:
    """Wherever something is chosen, who reads that the store is away reads too that there will be paper."""
    return kiosk.alone is not None and kiosk.printer in CAN_PRINT


def _rows(offered: tuple[choices.Choice, ...], page: int) -> tuple[Row, ...]:
    shown = choices.page_of(offered, page)
    return tuple(
        Row(
            str(key),
            None if choice.code == choices.FIRST_FREE else choice.name,
            choice.left,
            choice.open,
            choice.closed,
            choice.more_later,
        )
        for key, choice in enumerate(shown, start=1)
    )


def _classes(kiosk: Kiosk) -> tuple[tuple[str, Name], ...]:
    return tuple((card.id, card.name) for card in choices.priorities(kiosk))


def _ticket(kiosk: Kiosk, has: HasTicket) -> TicketView:
    ticket, site = has.ticket, kiosk.site
    points = tuple(card for card in site.points if card.id in ticket.points) if site else ()
    return TicketView(
        language=kiosk.language,
        number=ticket.number,
        outcome=has.outcome,
        points=points,
        zone=next((card.name for card in site.zones if card.id == ticket.zone), None) if site else None,
        ahead=None if has.alone else ticket.ahead,
        ask_priority=choices.may_ask_priority(kiosk, has),
        priority=has.priority,
        late_until=ticket.late_until,
        again=ticket.again,
        printer=_why_no_paper(kiosk, has.outcome),
        office=kiosk.at_office,
    )


def _why_no_paper(kiosk: Kiosk, outcome: SettleOutcome) -> PrinterStatus:
    return PrinterStatus.OK if outcome is SettleOutcome.PRINTED else kiosk.printer


def _refusal(kiosk: Kiosk, reading: ReadingRefusal, now: float) -> RefusalView:
    refusal = reading.refusal
    until = kiosk.wrong_codes.locked_until
    locked = kiosk.wrong_codes.locked(now) and until is not None
    return RefusalView(
        language=kiosk.language,
        screen=screen_of(refusal, kiosk.today, alone=kiosk.alone is not None),
        reason=refusal.reason,
        step=choices.after(kiosk, refusal),
        date=refusal.date,
        time=refusal.time,
        number=refusal.number,
        department=_department(kiosk.site, refusal.department),
        doctor=_doctor(kiosk.site, refusal.doctor),
        walk_ins_left=refusal.walk_ins_left,
        minutes=math.ceil(((until or now) - now) / 60) if locked else None,
        office=kiosk.at_office,
    )


def _department(site: SiteCard | None, code: int | None) -> Name | None:
    return next((card.name for card in site.departments if card.code == code), None) if site else None


def _doctor(site: SiteCard | None, code: int | None) -> Name | None:
    return next((card.name for card in site.doctors if card.code == code), None) if site else None


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def clock(site: SiteCard, wall_ms: int | None) -> str | None:
    """The store's wall time as "HH:MM" in the site's time zone."""
    if wall_ms is None:
        return None
    return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(_zone(site.time_zone)).strftime("%H:%M")
