"""What the list of ending covers shows: whose year is over soon, the case that opened by itself, if a text told them. Pure."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from booking_store.office_lists import Due
from rules.texts import TextState
from staff_console.office.wording import Wording

TOLD: Final = ("told", "on_the_way", "not_told", "no_mobile")
"""What is told of a text, in the order of the page."""
_TOLD_AS: Final[Mapping[TextState, str]] = MappingProxyType(
    {
        TextState.QUEUED: "on_the_way",
        TextState.SENDING: "on_the_way",
        TextState.UNKNOWN: "on_the_way",
        TextState.ACCEPTED: "told",
        TextState.DELIVERED: "told",
        TextState.WITHDRAWN: "no_mobile",  # a household's text is withdrawn for nothing else
    }
)


@dataclass(frozen=True, slots=True)
class DueRow:
    """One household. `left`: the days until its cover ends, or since; `call`: no text reaches it."""

    household: int
    shown: str
    until: str
    left: str
    over: bool
    case: int
    shown_case: str
    state: str
    officer: str
    text: str
    call: bool


@dataclass(frozen=True, slots=True)
class DuePage:
    """The whole page. `counts`: a label and a number each."""

    counts: tuple[tuple[str, str], ...]
    rows: tuple[DueRow, ...]
    only_untold: bool


def due_page(due: Sequence[Due], who: Callable[[str], str], today: date, words: Wording, *, only_untold: bool) -> DuePage:
    """The page; `only_untold`: those whom somebody has to call."""
    counted = Counter(_told(one) for one in due)
    labels = [("all", len(due)), *((f"text.{told}", counted[told]) for told in TOLD)]
    kept = [one for one in due if not only_untold or _told(one) in ("not_told", "no_mobile")]
    return DuePage(
        counts=tuple((words.say(f"office.due.{key}"), words.digits(count)) for key, count in labels),
        rows=tuple(_row(one, who, today, words) for one in kept),
        only_untold=only_untold,
    )


def _row(one: Due, who: Callable[[str], str], today: date, words: Wording) -> DueRow:
    told = _told(one)
    days = None if one.cover_until is None else (one.cover_until - today).days
    return DueRow(
        household=one.household,
        shown=words.digits(one.household),
        until=words.date(one.cover_until),
        left=_left(days, words),
        over=days is not None and days < 0,
        case=one.case,
        shown_case=words.digits(one.case),
        state=words.state(one.state),
        officer=who(one.officer) if one.officer is not None else "",
        text=words.say(f"office.due.text.{told}"),
        call=told in ("not_told", "no_mobile"),
    )


def _left(days: int | None, words: Wording) -> str:
    if days is None:
        return ""
    if days == 0:
        return words.say("office.due.today")
    return words.say("office.due.left" if days > 0 else "office.due.over", count=words.digits(abs(days)))


def _told(one: Due) -> str:
    return "not_told" if one.text is None else _TOLD_AS.get(one.text, "not_told")
