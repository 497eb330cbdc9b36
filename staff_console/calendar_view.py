"""The site's calendar as a page shows it: its usual hours, the seasons and closures to come, the holidays, and how far they are
known. Pure."""

from dataclasses import dataclass
from datetime import date

from booking_store.site_file import jalali
from rules.site import EVERY_WEEKDAY, Hours, HoursOverride, Site
from screen.lettering import date_words
from screen.phrases import Phrases
from staff_console.days_view import SiteWords


@dataclass(frozen=True, slots=True)
class HolidayRow:
    """A holiday to come. `date`: ISO, its page."""

    date: str
    words: str
    why: str


@dataclass(frozen=True, slots=True)
class UsualHours:
    """The hours of a weekday; empty `hours`: closed."""

    weekday: str
    hours: str
    tickets_until: str


@dataclass(frozen=True, slots=True)
class SeasonRow:
    """Other hours on dates, or a closure. `place`: its number in the site file; `fields`: what its form holds."""

    place: int
    words: str
    hours: str
    why: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """The whole page."""

    holidays: tuple[HolidayRow, ...]
    loaded_until: str
    loaded_until_words: str
    usual: tuple[UsualHours, ...]
    seasons: tuple[SeasonRow, ...]


def calendar_page(site: Site, today: date, say: Phrases) -> CalendarPage:
    """The page of a day on which it is looked at: what is past is left out."""
    words = SiteWords(site, say)
    return CalendarPage(
        holidays=tuple(
            HolidayRow(day.isoformat(), f"{words.weekday(day)} {date_words(day, say.language, year=True)}", why)
            for day, why in sorted(site.holidays.dates.items())
            if day >= today
        ),
        loaded_until=jalali(site.holidays.loaded_until),
        loaded_until_words=date_words(site.holidays.loaded_until, say.language, year=True),
        usual=tuple(_usual(site.hours.get(weekday), weekday, words) for weekday in range(7)),
        seasons=tuple(_season(place, one, words) for place, one in enumerate(site.hours_overrides) if one.last >= today),
    )


def _usual(hours: Hours | None, weekday: int, words: SiteWords) -> UsualHours:
    name = words.say(f"staff.site.weekday.{weekday}")
    if hours is None:
        return UsualHours(name, "", "")
    return UsualHours(name, words.span(hours.opens, hours.ends), words.clock(hours.tickets_until))


def _season(place: int, one: HoursOverride, words: SiteWords) -> SeasonRow:
    first, last = (date_words(day, words.say.language, year=True) for day in (one.first, one.last))
    days = words.say("staff.comma").join(words.say(f"staff.site.weekday.{day}") for day in sorted(one.weekdays))
    whole = one.weekdays == EVERY_WEEKDAY
    fields = {"first": jalali(one.first), "last": jalali(one.last), "why": one.why}
    if one.hours is not None:
        hours = {"opens": one.hours.opens, "tickets_until": one.hours.tickets_until, "ends": one.hours.ends}
        fields |= {name: f"{clock:%H:%M}" for name, clock in hours.items()}
    return SeasonRow(
        place=place,
        words=words.say("staff.days.span", starts=first, ends=last) if one.first != one.last else first,
        hours=words.say("staff.comma").join(
            part
            for part in (
                words.span(one.hours.opens, one.hours.ends) if one.hours is not None else words.say("staff.days.closed"),
                "" if whole else days,
            )
            if part
        ),
        why=one.why,
        fields=fields,
    )
