"""What the page of the next open day shows: who may come by the hour, how sure that is, how many counters it asks for. Pure."""

from dataclasses import dataclass
from functools import partial

from booking_store.statistics.outlook import Hour, Outlook
from rules.forecast import SHARE_INSIDE, WEEKS_FEWEST
from screen.lettering import day_words, weekday_word
from screen.phrases import Phrases
from staff_console.settings import OutlookSettings
from staff_console.statistics.charts import Chart, Span, spans
from staff_console.statistics.numbers import told


@dataclass(frozen=True, slots=True)
class HourRow:
    """One hour; empty: nothing is known."""

    hour: str
    booked: str
    people: str
    people_range: str
    counters: str
    counters_range: str


@dataclass(frozen=True, slots=True)
class OutlookPage:
    """The whole page. `said`: sentences, the most important first."""

    title: str
    enough: bool
    said: tuple[str, ...]
    people: Chart
    counters: Chart
    rows: tuple[HourRow, ...]  # the last: the whole day


def outlook_page(found: Outlook, asked: OutlookSettings, say: Phrases) -> OutlookPage:
    """The page of an outlook."""
    rtl, number = say.language == "fa", partial(told, say=say)
    people = [_people_of(hour, number(hour.hour)) for hour in found.hours]
    return OutlookPage(
        title=day_words(found.date, say.language, year=True),
        enough=found.enough,
        said=_said(found, asked, say),
        people=spans(people, number, rtl=rtl),
        counters=spans([_counters_of(hour, number(hour.hour)) for hour in found.hours], number, rtl=rtl),
        rows=(*(_row(hour, say) for hour in found.hours), _whole_day(found, say)),
    )


def _said(found: Outlook, asked: OutlookSettings, say: Phrases) -> tuple[str, ...]:
    number = partial(told, say=say)
    weekday = weekday_word(found.date, say.language)
    if not found.enough:
        known = {"weeks": number(found.weeks), "fewest": number(WEEKS_FEWEST), "weekday": weekday}
        return (say("staff.outlook.too_few", **known), say("staff.outlook.booked", count=number(found.booked)))
    share, inside = number(round(asked.share * 100)), number(round(SHARE_INSIDE * 100))
    return (
        say("staff.outlook.from", weeks=number(found.weeks), weekday=weekday, inside=inside),
        say("staff.outlook.no_service")
        if found.service_minutes is None
        else say(
            "staff.outlook.counters",
            service=number(found.service_minutes),
            share=share,
            minutes=number(asked.waiting_minutes),
        ),
        say("staff.outlook.booked", count=number(found.booked)),
        say("staff.outlook.unsure"),
    )


def _people_of(hour: Hour, name: str) -> Span:
    people = hour.people
    if people is None:
        return Span(name, None, None, None, float(hour.booked))
    return Span(name, people.least, people.mean, people.most, float(hour.booked))


def _counters_of(hour: Hour, name: str) -> Span:
    if hour.counters is None:
        return Span(name, None, None, None)
    middle, least, most = hour.counters
    return Span(name, float(least), float(middle), float(most))


def _row(hour: Hour, say: Phrases) -> HourRow:
    number = partial(told, say=say)
    people, counters = hour.people, hour.counters
    return HourRow(
        hour=number(hour.hour),
        booked=number(hour.booked),
        people=number(round(people.mean)) if people else "",
        people_range=_range(round(people.least), round(people.most), say) if people else "",
        counters=number(counters[0]) if counters else "",
        counters_range=_range(counters[1], counters[2], say) if counters else "",
    )


def _whole_day(found: Outlook, say: Phrases) -> HourRow:
    """The whole day: its people and bookings. The ranges of hours do not add up to one of the day, and are left out."""
    number = partial(told, say=say)
    known = [hour.people.mean for hour in found.hours if hour.people is not None]
    most = [hour.counters[0] for hour in found.hours if hour.counters is not None]
    return HourRow(
        hour=say("staff.outlook.whole_day"),
        booked=number(found.booked),
        people=number(round(sum(known))) if known else "",
        people_range="",
        counters=say("staff.outlook.at_most", count=number(max(most))) if most else "",
        counters_range="",
    )


def _range(least: int, most: int, say: Phrases) -> str:
    return say("staff.outlook.range", least=told(least, say), most=told(most, say))
