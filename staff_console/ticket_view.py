"""What a ticket's own page shows, as plain facts: where it stands, its story, and every act possible from there. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from booking_store.ticket_story import Noted, Stood, Story
from mqtt.contract import PointCard, PointStatus, SiteCard, Source
from rules.journey import Act, State, after
from screen.phrases import Phrases
from staff_console.clinic import Clinic
from staff_console.names import Names
from staff_console.reception_view import ENDED, PointView, kiosks_of, point_view


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the story."""

    at: str
    what: str
    about: str  # where it led, or why
    where: str
    who: str


@dataclass(frozen=True, slots=True)
class StopTold:
    """One stop of the way."""

    stage: str
    since: str
    called: str
    ended: str
    where: str
    calls: str


@dataclass(frozen=True, slots=True)
class TicketPage:
    """The whole page. `at`: the point where it is current; `places`: where a transfer may lead, in groups of (value, words)."""

    lost: bool
    number: int
    shown: str
    state: State
    state_words: str
    stage: str
    who: str
    facts: tuple[tuple[str, str], ...]  # a heading's key under staff.queue, and its words
    marks: tuple[str, ...]
    urgent: bool
    priority: str | None  # the class that counts, or is asked for
    mobile_end: str
    at: PointView | None
    makes_final: bool  # finishing it where it is makes its turn final
    callable_at: tuple[PointView, ...]
    may: Mapping[str, bool]  # the acts of reception, by their name
    classes: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    kiosks: tuple[str, ...]
    stops: tuple[StopTold, ...]
    told: tuple[Told, ...]


def ticket_page(clinic: Clinic, story: Story, say: Phrases, now: float) -> TicketPage | None:
    """The page of a ticket at `now` (monotonic seconds); None: the site is not known yet."""
    site = clinic.site
    if site is None:
        return None
    names, now_ms = Names(site, say), clinic.feed.wall_ms(now)
    points = {card: point_view(card, clinic.points[card.id], names, now_ms) for card in site.points if card.id in clinic.points}
    called = story.state is State.CALLED
    return TicketPage(
        lost=clinic.lost(now),
        number=story.number,
        shown=names.digits(story.number),
        state=story.state,
        state_words=say(f"staff.state.{story.state.value}"),
        stage=names.stage(story.stage),
        who=names.who(story.department, story.doctor),
        facts=_facts(story, names),
        marks=names.marks(story.marks),
        urgent=story.urgent,
        priority=story.priority or story.priority_asked,
        mobile_end=names.digits(story.mobile_end),
        at=next((point for point in points.values() if called and point.current == story.number), None),
        makes_final=bool(story.ahead) and not story.final and story.stage not in story.ahead,
        callable_at=tuple(point for card, point in points.items() if _calls(card, point, story)),
        may=_may(story),
        classes=tuple((one.id, names.of(one.name)) for one in site.priority_classes),
        places=_places(site, story, names),
        kiosks=kiosks_of(clinic),
        stops=tuple(_stop(one, names) for one in story.stood),
        told=tuple(_told(one, names) for one in story.noted),
    )


def _may(story: Story) -> Mapping[str, bool]:
    state = story.state
    return {
        "come_back": state in {State.ABSENT, State.PARKED},
        "make_urgent": isinstance(after(state, Act.MAKE_URGENT), State) and not story.urgent,
        "confirm_priority": isinstance(after(state, Act.CONFIRM_PRIORITY), State),
        "drop_ticket": isinstance(after(state, Act.DROP), State),
        "reopen": isinstance(after(state, Act.REOPEN), State),
        "print_again": state is not State.VOID,
        "note_unaware": story.source == Source.WALK_IN and all(one.what != "came_unaware" for one in story.noted),
    }


def _calls(card: PointCard, point: PointView, story: Story) -> bool:
    """Whether a point may call it out of order: a person decides, whoever's patient it is."""
    can = isinstance(after(story.state, Act.CALL), State) and point.status is PointStatus.OPEN
    return can and story.stage in card.stages


def _facts(story: Story, names: Names) -> tuple[tuple[str, str], ...]:
    say = names.say
    confirmed = names.priority(story.priority)
    asked = say("staff.ticket.asked", name=names.priority(story.priority_asked)) if story.priority_asked else ""
    outcome = f"staff.outcome.{story.outcome}"
    facts = (
        ("who", names.who(story.department, story.doctor)),
        ("where", names.stage(story.stage) if story.state not in ENDED else ""),
        ("source", say(f"staff.source.{story.source}")),
        ("issued", names.clock(story.issued_at_ms)),
        ("booked", names.clock(story.booked_at_ms) if story.booked_at_ms is not None else ""),
        ("final", say("staff.ticket.final") if story.final else ""),
        ("ahead", say("staff.comma").join(names.stage(one) for one in story.ahead)),
        ("priority", confirmed or asked),
        ("outcome", "" if story.outcome is None else say(outcome) if outcome in say else story.outcome),
    )
    return tuple(fact for fact in facts if fact[1])


def _places(site: SiteCard, story: Story, names: Names) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Where it may be handed over to; the store says no to what no point would call."""
    departments: list[tuple[str, str]] = []
    for department in site.departments:
        departments.append((f"department:{department.code}", names.of(department.name)))
        departments += [
            (f"doctor:{department.code}:{doctor.code}", names.who(department.code, doctor.code))
            for doctor in site.doctors
            if doctor.department == department.code
        ]
    return (
        ("points", tuple((f"point:{card.id}", names.title(card)) for card in site.points)),
        ("stages", tuple((f"stage:{one.id}", names.of(one.name)) for one in site.stages if one.id != story.stage)),
        ("departments", tuple(departments)),
    )


def _stop(one: Stood, names: Names) -> StopTold:
    return StopTold(
        stage=names.stage(one.stage),
        since=names.clock(one.waiting_since_ms),
        called=names.clock(one.called_at_ms) if one.called_at_ms is not None else "",
        ended=names.clock(one.ended_at_ms) if one.ended_at_ms is not None else "",
        where=names.point(one.point),
        calls=names.digits(one.calls) if one.calls else "",
    )


def _told(one: Noted, names: Names) -> Told:
    key = f"staff.story.{one.what}"
    to = "" if one.to is None else names.priority(one.to) or names.stage(one.to)
    reason = names.marks(one.why.split(","))[0] if one.what == "settle_marked" else _call_reason(one, names)
    return Told(
        at=names.clock(one.at_ms),
        what=names.say(key) if key in names.say else one.what,
        about=names.say("staff.comma").join(words for words in (to, reason) if words),
        where=names.point(one.point),
        who=one.who.partition(":")[2] or one.who,
    )


def _call_reason(one: Noted, names: Names) -> str:
    """Why, in words: the call order's reason for a call, a person's own words for all else."""
    key = f"staff.called_for.{one.why}"
    return names.say(key) if one.what == Act.CALL and key in names.say else one.why
