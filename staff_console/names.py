"""The site's own words, in the language of whoever looks: its points, people, classes and clock times. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mqtt.contract import Name, PointCard, SiteCard
from screen.lettering import clock_words, localised
from screen.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Names:
    """What a site calls its places and people."""

    site: SiteCard
    say: Phrases

    def of(self, name: Name) -> str:
        return (name.en or name.fa) if self.say.language == "en" else name.fa

    def digits(self, value: object) -> str:
        return localised(str(value), self.say.language)

    def clock(self, at_ms: int) -> str:
        at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(self.site.time_zone))
        return clock_words(f"{at:%H:%M}", self.say.language)

    def who(self, department: int | None, doctor: int | None) -> str:
        """«قلب، دکتر احمدی»; a help ticket belongs to nobody."""
        found = [one.name for one in self.site.departments if one.code == department]
        found += [one.name for one in self.site.doctors if one.code == doctor]
        return self.say("staff.comma").join(self.of(name) for name in found) or self.say("staff.source.help")

    def stage(self, stage: str) -> str:
        return next((self.of(one.name) for one in self.site.stages if one.id == stage), stage)

    def point(self, point: str | None) -> str:
        card = next((one for one in self.site.points if one.id == point), None)
        return self.title(card) if card is not None else ""

    def title(self, card: PointCard) -> str:
        return self.say(f"staff.point.{card.kind}", label=self.digits(card.label))

    def priority(self, wanted: str | None) -> str:
        return next((self.of(one.name) for one in self.site.priority_classes if one.id == wanted), "")

    def marks(self, marks: Iterable[str]) -> tuple[str, ...]:
        return tuple(self.say(key) if (key := f"staff.mark.{mark}") in self.say else mark for mark in marks)

    def pause(self, why: str | None, until: str | None) -> str:
        if why is None:
            return ""
        reason = next((self.of(one.name) for one in self.site.pause_reasons if one.id == why), why)
        return (
            reason if until is None else self.say("staff.paused_until", why=reason, time=clock_words(until, self.say.language))
        )
