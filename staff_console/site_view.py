"""What the pages of settings show of a form that was sent: what it would change, and each mistake beside its field. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from booking_store.site_history import Load
from screen.lettering import clock_words, day_words
from screen.phrases import Phrases
from staff_console.accounts import Account
from staff_console.change_words import told_changes
from staff_console.document.statements import Path
from staff_console.site_document import Problem
from staff_console.site_forms.form import SiteForm
from staff_console.site_in_force import site_of


@dataclass(frozen=True, slots=True)
class Sent:
    """A form or a file that was sent and is shown again.

    `agreed`: the digest by which it can be put in force now; empty: it cannot. `beside`: mistakes by the field's name.
    """

    form: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    agreed: str = ""
    changes: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()  # who is booked and would not fit, by doctor's date
    nothing: bool = False
    mistakes: tuple[Problem, ...] = ()
    beside: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)
    stale: bool = False  # another document was put in force while this was asked
    meanwhile: str = ""
    notes: tuple[str, ...] = ()  # of the form, as it would be then


@dataclass(frozen=True, slots=True)
class PastLoad:
    """One row of the history."""

    number: int
    who: str
    when: str
    in_force: bool
    changes: tuple[str, ...]


def sentences(before: str, after: str, say: Phrases) -> tuple[str, ...]:
    """What `after` changes."""
    old, new = site_of(before), site_of(after)
    if old is None or new is None:
        return (say("staff.site.history.unreadable"),)
    return told_changes(old, new, say)


def placed(form: SiteForm, problems: tuple[Problem, ...]) -> tuple[tuple[Problem, ...], dict[str, tuple[Problem, ...]]]:
    """The mistakes of no field of this form, and those of each field."""
    beside: dict[str, tuple[Problem, ...]] = {}
    elsewhere = []
    for problem in problems:
        owner = next((one for one in form.fields if _within(problem.path, key_path((*form.at, *one.key)))), None)
        if owner is None:
            elsewhere.append(problem)
        else:
            beside[owner.name] = (*beside.get(owner.name, ()), problem)
    return tuple(elsewhere), beside


def key_path(path: Path) -> str:
    """A path as messages write it: "doctors[2].weekly"."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(".")


def _within(path: str, around: str) -> bool:
    return path == around or path.startswith((f"{around}.", f"{around}["))


def who_words(load: Load, accounts: Mapping[str, Account], say: Phrases) -> str:
    """Whose doing a load was."""
    device, _, account = load.who.partition(":")
    if not account:
        return say("staff.site.history.from_file", device=device)
    known = accounts.get(account)
    return known.shown if known is not None else account


def when_words(load: Load, time_zone: str, say: Phrases) -> str:
    """The day and hour of a load, at the site."""
    at = datetime.fromtimestamp(load.loaded_at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone))
    day = day_words(at.date(), say.language, year=True)
    return say("staff.booking.when", day=day, time=clock_words(f"{at:%H:%M}", say.language))


def history(
    loads: tuple[Load, ...], shown: int, newest: int, accounts: Mapping[str, Account], say: Phrases
) -> tuple[PastLoad, ...]:
    """The first `shown` of `loads`, each with what it changed; one more of them tells what the last one changed. `newest`: the
    number of the one in force."""
    rows = []
    for place, load in enumerate(loads[:shown]):
        older = loads[place + 1] if place + 1 < len(loads) else None
        site = site_of(load.document)
        changes = sentences(older.document, load.document, say) if older is not None else (say("staff.site.history.first"),)
        when = when_words(load, site.time_zone if site is not None else "UTC", say)
        rows.append(PastLoad(load.number, who_words(load, accounts, say), when, load.number == newest, changes))
    return tuple(rows)
