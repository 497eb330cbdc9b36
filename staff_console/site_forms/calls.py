"""Who is next, how loud it is told, and when nothing is spoken. Pure."""

from rules.site import CallOrderPolicy, Sound
from staff_console.document.fields import Field, Kind
from staff_console.site_forms.form import Ground, Group, changing


def call_order(ground: Ground) -> tuple[Group, ...]:
    """Who is next (docs/call-order.md)."""
    usual = CallOrderPolicy()
    by = tuple((word, ground.say(f"staff.site.booked_by.{word}")) for word in ("arrival", "time"))
    fields = (
        Field(("booked_by",), Kind.CHOICE, by, usual=usual.booked_by),
        _number("booked_head_start_minutes"),
        *(
            Field(("head_start_minutes", one.id), Kind.NUMBER, title=_head_start(ground, one.id))
            for one in ground.site.priority_classes
        ),
        _number("aged_minutes"),
        _number("returning_one_in"),
        _number("absent_back_after_calls"),
        _number("sent_away_back_after_calls"),
    )
    return (Group(ground.say("staff.site.call_order"), (changing("call-order", ("call_order",), fields, ground.data),)),)


def _number(key: str) -> Field:
    return Field((key,), Kind.NUMBER, usual=getattr(CallOrderPolicy(), key))


def _head_start(ground: Ground, class_id: str) -> str:
    name = next(ground.named(one.name) for one in ground.site.priority_classes if one.id == class_id)
    return ground.say("staff.site.head_start", name=name)


def sound(ground: Ground) -> tuple[Group, ...]:
    """The voice by hours, and the quiet times."""
    say = ground.say
    languages = tuple((one, say(f"staff.site.language.{one}")) for one in ("fa", "en"))
    columns = (Field(("from",), Kind.CLOCK), Field(("percent",), Kind.NUMBER))
    loudness = (
        Field(("loudness",), Kind.ROWS, columns=columns),
        Field(("languages",), Kind.ORDERED, languages, usual=list(Sound().languages)),
    )
    quiet = (Field(("quiet",), Kind.ROWS, columns=(Field(("from",), Kind.CLOCK), Field(("to",), Kind.CLOCK))),)
    return (
        Group(say("staff.site.loudness"), (changing("loudness", ("sound",), loudness, ground.data),)),
        Group(say("staff.site.quiet"), (changing("quiet", ("sound",), quiet, ground.data),)),
    )
