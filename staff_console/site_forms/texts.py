"""What is texted, in which words and when: each kind of text with its length and an example. Pure."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from rules.site import TextPolicy
from rules.texts import FACTS, TextKind, at_longest, dialled, facts_named, fill, parts, units
from staff_console.document.fields import Field, Kind
from staff_console.site_forms.form import Ground, Group, SiteForm, changing

_EXAMPLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "code": "۴۷۱۹۲۰۳۸",
        "date": "۱۴۰۵/۰۹/۰۵",
        "weekday": "پنجشنبه",
        "time": "۰۹:۳۰",
        "old_date": "۱۴۰۵/۰۹/۰۳",
        "old_weekday": "سه‌شنبه",
        "old_time": "۰۹:۰۰",
        "until": "۱۰:۳۰",
        "since": "۱۰:۱۰",
        "device": "waiting-room-1",
        "number": "۱۲۳",
        "letter": "۱۴۰۵/۱۲۳",
        "papers": "دفترچهٔ بیمه",
    }
)
"""Facts of a visit as the store writes them into a text; a text is Persian whatever the reader's language."""

_WHEN: Final = (
    Field(("quiet_from",), Kind.CLOCK),
    Field(("quiet_until",), Kind.CLOCK),
    Field(("reminder_at",), Kind.CLOCK),
    Field(("again_a_day",), Kind.NUMBER, usual=TextPolicy().again_a_day),
)


def groups(ground: Ground) -> tuple[Group, ...]:
    """When texts leave, and one for each kind."""
    say = ground.say
    return (
        Group(say("staff.site.text_times"), (changing("text-times", ("texts",), _WHEN, ground.data),)),
        *(Group(_title(ground, kind), (_form(ground, kind),)) for kind in TextKind),
    )


def _title(ground: Ground, kind: TextKind) -> str:
    title = ground.say(f"staff.site.text.{kind.value}")
    return title if ground.site.texts.templates.get(kind) else ground.say("staff.site.not_texted", title=title)


def _form(ground: Ground, kind: TextKind) -> SiteForm:
    field = Field((kind.value,), Kind.WORDS, title=ground.say("staff.site.words"))
    template = ground.site.texts.templates.get(kind, "")
    notes = tuple(_notes(ground, kind, template))
    return changing(f"text-{kind.value}", ("texts", "templates"), (field,), ground.data, notes=notes)


def _notes(ground: Ground, kind: TextKind, template: str) -> Iterator[str]:
    facts = " ".join(f"{{{fact}}}" for fact in sorted(FACTS[kind]))
    yield ground.say("staff.site.text_facts", facts=facts)
    if template:
        yield from told_of(ground, kind, template)


def told_of(ground: Ground, kind: TextKind, template: str) -> Iterator[str]:
    """How long a text with this template can become, and an example; of one with unknown facts nothing."""
    if facts_named(template) - FACTS[kind]:
        return
    longest = at_longest(template, ground.site.name.fa, dialled(ground.site.phone))
    yield ground.say("staff.site.text_length", letters=ground.digits(units(longest)), parts=ground.digits(parts(longest)))
    yield ground.say("staff.site.text_example", text=example(ground, template))


def example(ground: Ground, template: str) -> str:
    """A text as a mobile would show it."""
    return fill(template, {**_EXAMPLE, "clinic": ground.site.name.fa, "phone": dialled(ground.site.phone)})
