"""An office's figures as tables in the reader's words: whole for those inside, without small counts for what leaves. Pure."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from booking_store.office_statistics import SIZES, OfficeFigures
from rules.household import AGE_BANDS
from rules.referral import State
from rules.small_counts import for_outside
from screen.lettering import month_words
from staff_console.office.periods import Kind, Period, months
from staff_console.office.wording import Wording
from staff_console.statistics.sheets import Cell, Sheet

Counts = Mapping[str, int | None]
"""None: hidden."""

BANDS: Final = tuple(f"{first}-{last}" for first, last in AGE_BANDS)
IN_ORDER: Final[Mapping[str, tuple[str, ...]]] = {
    "cases_by_state": tuple(State),
    "cases_by_household_size": SIZES,
    "people_by_age_band": (*BANDS, ""),
    "letters": ("issued", "handed_over", "used", "expired", "replaced"),
}
"""Tables that have an order of their own; in the others the most frequent stands first."""
TABLES: Final = (
    "cases_by_state", "cases_by_matter", "cases_by_refusal", "cases_by_county", "cases_by_paying", "cases_by_household_size",
    "people_by_head_nationality", "people_by_nationality", "people_by_document", "people_by_sex", "people_by_age_band",
    "people_by_disease", "letters",
)  # fmt: skip


def counts(found: OfficeFigures, *, outside: bool) -> Mapping[str, Counts]:
    """All tables, by their names."""
    return found.for_outside() if outside else found.tables()


def by_month(found: OfficeFigures, period: Period, today: date, *, outside: bool) -> Mapping[date, int | None]:
    """The cases of each month of a period, as far as they have come, by the month's first day."""
    opened = {
        one.first.isoformat(): sum(count for day, count in found.opened_on.items() if one.first <= day <= one.last)
        for one in months(period, today)
    }
    told: Counts = for_outside(opened) if outside else opened
    return {date.fromisoformat(first): count for first, count in told.items()}


def sheets(found: OfficeFigures, period: Period, today: date, words: Wording, *, outside: bool) -> tuple[Sheet, ...]:
    """All tables in the order in which they are read; those that count nobody are left out."""
    hidden = words.say("office.figures.hidden")
    whole = tuple((words.say(f"office.figures.figure.{key}"), hidden if is_hidden else value)
                  for key, value, is_hidden in found.summary(outside=outside))  # fmt: skip
    made = [_sheet("summary", whole, words)]
    if period.kind is Kind.CYCLE:
        monthly = by_month(found, period, today, outside=outside)
        rows = ((month_words(first, words.say.language), _cell(count, hidden)) for first, count in monthly.items())
        made.append(_sheet("month", tuple(rows), words))
    all_of_them = counts(found, outside=outside)
    for table in TABLES:
        name = namer(table, words)
        told = tuple((name(word), _cell(count, hidden)) for word, count in ordered(table, all_of_them[table]))
        made.append(_sheet(table, told, words))
    return tuple(one for one in made if one.rows)


def ordered(table: str, told: Counts) -> list[tuple[str, int | None]]:
    """The rows of a table in the order in which they are read; what is hidden stands last where the size is the order."""
    order = IN_ORDER.get(table)
    if order is not None:
        return sorted(told.items(), key=lambda one: order.index(one[0]) if one[0] in order else len(order))
    return sorted(told.items(), key=lambda one: (one[1] is None, -(one[1] or 0), one[0]))


def namer(table: str, words: Wording) -> Callable[[str], str]:
    """How the rows of a table are called. A word that the site file has no more keeps its id."""
    office, say = words.office, words.say
    kind = table.rpartition("by_")[2]
    of_the_site = {
        "refusal": office.refusals,
        "county": office.counties,
        "nationality": office.nationalities,
        "head_nationality": office.nationalities,
        "disease": office.diseases,
    }
    if kind in of_the_site:
        return lambda one: words.word(of_the_site[kind], one) if one else say("office.figures.unknown")
    named: Mapping[str, Callable[[str], str]] = {
        "matter": words.matter,
        "document": lambda one: say("office.figures.no_document") if one == "none" else words.document(one),
        "state": lambda one: say(f"office.state.{one}"),
        "sex": lambda one: say(f"office.sex.{one}"),
        "paying": lambda one: say(f"office.figures.paying.{one}"),
        "letters": lambda one: say(f"office.figures.letters.{one}"),
        "household_size": lambda one: size_words(one, words),
        "age_band": lambda one: age_words(one, words),
    }
    return named[kind]


def size_words(size: str, words: Wording) -> str:
    """«۵ تا ۶ نفر»."""
    return _range("people", size.rstrip("+"), words, is_open=size.endswith("+"))


def age_words(band: str, words: Wording) -> str:
    """«۱۸ تا ۳۹ سال»."""
    return _range("years", band, words, is_open=band == BANDS[-1]) if band else words.say("office.figures.unknown")


def _range(of_what: str, written: str, words: Wording, *, is_open: bool) -> str:
    first, _, last = written.partition("-")
    if is_open:
        return words.say(f"office.figures.{of_what}.more", first=words.digits(first))
    if not last:
        return words.say(f"office.figures.{of_what}.one", count=words.digits(first))
    return words.say(f"office.figures.{of_what}.range", first=words.digits(first), last=words.digits(last))


def _cell(count: int | None, hidden: str) -> Cell:
    return hidden if count is None else count


def _sheet(key: str, rows: tuple[tuple[Cell, ...], ...], words: Wording) -> Sheet:
    columns = (words.say(f"office.figures.row.{key}"), words.say(f"office.figures.column.{_column(key)}"))
    return Sheet(key, words.say(f"office.figures.sheet.{key}"), columns, rows)


def _column(key: str) -> str:
    if key in ("summary", "letters"):
        return key
    return "people" if key.startswith("people_") and key != "people_by_head_nationality" else "cases"
