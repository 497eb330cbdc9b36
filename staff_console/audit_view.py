"""What the audit page shows of each row, in words: when, who, what, and about what. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from booking_store.audit_report import Entry
from booking_store.site_file import jalali
from mqtt.contract import SiteCard
from program.journal_lines import LEADS_TO_SOMEBODY, LEFT_OUT
from rules.journey import Act
from screen.lettering import clock_words, day_words
from screen.phrases import Phrases
from staff_console.names import Names

_MARKED: Final = frozenset({"settle_marked", "ticket_stands"})
_TOLD_DETAILS: Final = ("device", "date", "until")
"""Of a row's details, what people are told. A booking's id and a file's digest tell nobody anything."""
_OFFICE_DETAILS: Final = (("case", "office.case.title"), ("household", "office.case.household"))
"""Of an insurance office's rows: they name the case and nobody."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One row. `number`: the ticket's, empty where there is none."""

    day: str
    clock: str
    who: str
    what: str
    number: str
    where: str
    about: str


def audit_rows(entries: tuple[Entry, ...], site: SiteCard, say: Phrases) -> tuple[AuditRow, ...]:
    """The rows in the words of whoever looks."""
    names = Names(site, say)
    return tuple(_row(one, names) for one in entries)


def what_words(what: str, say: Phrases) -> str:
    """An act's name; one that this program does not know keeps its own."""
    keys = (f"staff.story.{what}", f"staff.audit.what.{what}")
    return next((say(key) for key in keys if key in say), what)


def _row(one: Entry, names: Names) -> AuditRow:
    say = names.say
    at = datetime.fromtimestamp(one.at_ms / 1000, UTC).astimezone(ZoneInfo(names.site.time_zone))
    return AuditRow(
        day=day_words(at.date(), say.language, year=True),
        clock=clock_words(f"{at:%H:%M}", say.language),
        who=who_words(one.who),
        what=what_words(one.what, say),
        number="" if one.number is None else names.digits(one.number),
        where=names.point(one.point),
        about=say("staff.comma").join(words for words in (_why(one, names), *_details(one, names)) if words),
    )


def who_words(who: str) -> str:
    """The account behind an operator's device, else the device: "sara" of "console:sara"."""
    return who.partition(":")[2] or who


def _why(one: Entry, names: Names) -> str:
    say = names.say
    if one.what in _MARKED:
        return say("staff.comma").join(names.marks(one.why.split(","))) if one.why else ""
    for key in _meanings(one):
        if key in say:
            return say(key)
    return nobody(one.why)


def _meanings(one: Entry) -> tuple[str, ...]:
    """The keys of what a reason's code may mean; a person's own words have none."""
    if one.what == "device_ordered":
        return (f"staff.devices.order.{one.why}",)
    if one.what in (Act.CALL, "undo"):
        return (f"staff.called_for.{one.why}", f"staff.audit.what.{one.why}", f"staff.story.{one.why}")
    return (f"staff.refusal.{one.why}", f"staff.outcome.{one.why}", f"staff.called_for.{one.why}")


def _details(one: Entry, names: Names) -> tuple[str, ...]:
    told = [str(one.details.get(key) or "") for key in _TOLD_DETAILS]
    numbers = ((what, key, one.details.get(what)) for what, key in _OFFICE_DETAILS)
    told += [names.say(key, **{what: names.digits(number)}) for what, key, number in numbers if number]
    changes = one.details.get("changes")
    if isinstance(changes, list):
        told.append(names.say("staff.audit.changes", count=names.digits(len(changes))))
    return tuple(_day_or_words(words, names) for words in told if words)


def _day_or_words(words: str, names: Names) -> str:
    try:
        return day_words(date.fromisoformat(words), names.say.language, year=True)
    except ValueError:
        return names.digits(words) if words[0].isdigit() else nobody(words)


def nobody(words: str) -> str:
    """What somebody typed as a reason, without what leads to a person."""
    return LEADS_TO_SOMEBODY.sub(LEFT_OUT, words)


def csv_rows(entries: Iterable[Entry], site: SiteCard, say: Phrases) -> Iterator[tuple[object, ...]]:
    """The rows for a spreadsheet: times as ISO in the site's zone, with the Jalali date beside, and the act by its own name
    too, for programs."""
    names, zone = Names(site, say), ZoneInfo(site.time_zone)
    for one in entries:
        at = datetime.fromtimestamp(one.at_ms / 1000, UTC).astimezone(zone)
        row = _row(one, names)
        times = f"{at:%Y-%m-%d %H:%M:%S}", jalali(at.date())
        yield (*times, row.who, one.what, row.what, one.number or "", one.day, row.where, row.about)
