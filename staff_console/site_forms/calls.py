"""Who is next, how loud it is told, and when nothing is spoken. Pure."""

from typing import Final

from staff_console.document.fields import Field, Kind
from staff_console.site_forms.form import Ground, Group, changing

MINUTES_MOST: Final = 24 * 60
_TURNS_MOST: Final = 20
_ONE_IN_MOST: Final = 100


def call_order(ground: Ground) -> tuple[Group, ...]:
    """Who is next (docs/call-order.md)."""
    by = tuple((word, ground.say(f"staff.site.booked_by.{word}")) for word in ("arrival", "time"))
    fields = (
        Field(("booked_by",), Kind.CHOICE, by),
        Field(("booked_head_start_minutes",), Kind.NUMBER, most=MINUTES_MOST),
        *(
            Field(("head_start_minutes", one.id), Kind.NUMBER, most=MINUTES_MOST, title=_head_start(ground, one.id))
            for one in ground.site.priority_classes
        ),
        Field(("aged_minutes",), Kind.NUMBER, most=MINUTES_MOST),
        Field(("returning_one_in",), Kind.NUMBER, most=_ONE_IN_MOST),
        Field(("absent_back_after_calls",), Kind.NUMBER, most=_TURNS_MOST),
        Field(("sent_away_back_after_calls",), Kind.NUMBER, most=_TURNS_MOST),
    )
    return (Group(ground.say("staff.site.call_order"), (changing("call-order", ("call_order",), fields, ground.data),)),)


def _head_start(ground: Ground, class_id: str) -> str:
    name = next(ground.named(one.name) for one in ground.site.priority_classes if one.id == class_id)
    return ground.say("staff.site.head_start", name=name)


def sound(ground: Ground) -> tuple[Group, ...]:
    """The voice by hours, and the quiet times."""
    say = ground.say
    languages = tuple((one, say(f"staff.site.language.{one}")) for one in ("fa", "en"))
    columns = (Field(("from",), Kind.CLOCK), Field(("percent",), Kind.NUMBER, most=100))
    loudness = (Field(("loudness",), Kind.ROWS, columns=columns), Field(("languages",), Kind.ORDERED, languages))
    quiet = (Field(("quiet",), Kind.ROWS, columns=(Field(("from",), Kind.CLOCK), Field(("to",), Kind.CLOCK))),)
    return (
        Group(say("staff.site.loudness"), (changing("loudness", ("sound",), loudness, ground.data),)),
        Group(say("staff.site.quiet"), (changing("quiet", ("sound",), quiet, ground.data),)),
    )
