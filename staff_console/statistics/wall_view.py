"""What the manager's wall shows: who waits now, for how long, which points are open, and what is beyond its limit. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from booking_store.queue_report import Standing
from mqtt.contract import PointStatus
from rules.journey import State
from screen.phrases import Phrases
from staff_console.clinic import Clinic
from staff_console.names import Names
from staff_console.settings import WallSettings
from staff_console.statistics.numbers import told

_MINUTE_MS: Final = 60_000


@dataclass(frozen=True, slots=True)
class Figure:
    """One large figure; `warning`: what is wrong with it, empty where nothing is."""

    key: str
    label: str
    value: str
    about: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class StageRow:
    """Who waits at one stage."""

    name: str
    waiting: str
    longest: str


@dataclass(frozen=True, slots=True)
class WallPage:
    """The whole wall."""

    lost: bool
    title: str
    clock: str
    day: str
    figures: tuple[Figure, ...]
    stages: tuple[StageRow, ...]


def wall_page(clinic: Clinic, standing: Sequence[Standing], limits: WallSettings, say: Phrases, now: float) -> WallPage:
    """The wall at `now` (monotonic seconds)."""
    site, now_ms = clinic.site, clinic.feed.wall_ms(now)
    if site is None or clinic.day is None or now_ms is None:
        return WallPage(True, "", "", "", (), ())
    names = Names(site, say)
    waiting = [one for one in standing if one.state is State.WAITING]
    return WallPage(
        lost=clinic.lost(now),
        title=names.of(site.name),
        clock=names.clock(now_ms),
        day=say(f"staff.day.{clinic.day.status.value}"),
        figures=(
            _waiting(len(waiting), limits, say),
            _longest(waiting, limits, names, now_ms),
            *(_open(kind, clinic, say) for kind in ("counter", "room")),
        ),
        stages=tuple(
            row
            for stage in site.stages
            if (row := _stage(names.of(stage.name), [one for one in waiting if one.stage == stage.id], say, now_ms)) is not None
        ),
    )


def _waiting(count: int, limits: WallSettings, say: Phrases) -> Figure:
    limit = told(limits.waiting_people, say)
    warning = say("staff.wall.too_many", limit=limit) if count > limits.waiting_people else ""
    return Figure("waiting", say("staff.wall.waiting"), told(count, say), warning=warning)


def _longest(waiting: Sequence[Standing], limits: WallSettings, names: Names, now_ms: int) -> Figure:
    label = names.say("staff.wall.longest")
    first = min(waiting, key=lambda one: one.waiting_since_ms, default=None)
    if first is None:
        return Figure("longest", label, told(0, names.say))
    minutes = _minutes(first, now_ms)
    limit = told(limits.waiting_minutes, names.say)
    about = names.say("staff.wall.who", number=names.digits(first.number), where=names.stage(first.stage))
    warning = names.say("staff.wall.too_long", limit=limit) if minutes > limits.waiting_minutes else ""
    return Figure("longest", label, told(minutes, names.say), about, warning)


def _open(kind: str, clinic: Clinic, say: Phrases) -> Figure:
    """How many points of a kind are open; none while people may come: somebody should know."""
    of_kind = {card.id for card in clinic.site.points if card.kind == kind} if clinic.site is not None else set()
    states = [state.status for point, state in clinic.points.items() if point in of_kind]
    is_open = states.count(PointStatus.OPEN)
    about = say("staff.wall.of", count=told(len(of_kind), say))
    warning = say("staff.wall.none_open") if of_kind and not is_open else ""
    return Figure(f"open-{kind}", say(f"staff.wall.open.{kind}"), told(is_open, say), about, warning)


def _stage(name: str, waiting: Sequence[Standing], say: Phrases, now_ms: int) -> StageRow | None:
    if not waiting:
        return None
    longest = max(_minutes(one, now_ms) for one in waiting)
    return StageRow(name, told(len(waiting), say), say("staff.minutes", count=told(longest, say)))


def _minutes(one: Standing, now_ms: int) -> int:
    return max(0, now_ms - one.waiting_since_ms) // _MINUTE_MS
