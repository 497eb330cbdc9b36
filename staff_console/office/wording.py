"""The office's own words in the language of whoever looks: what the site file names, dates, money and moments. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from booking_store.site_file import jalali
from rules.name import Name
from rules.office import Office, Word, named
from rules.referral import State
from rules.site import Site
from screen.lettering import clock_words, day_words, localised
from screen.phrases import Phrases


@dataclass(frozen=True, slots=True)
class Wording:
    """What an office calls its things. A word that the site file has no more keeps its id."""

    site: Site
    office: Office
    say: Phrases

    def of(self, name: Name | None, otherwise: str = "") -> str:
        if name is None:
            return otherwise
        return (name.en or name.fa) if self.say.language == "en" else name.fa

    def word(self, words: Iterable[Word], which: str) -> str:
        return self.of(named(words, which), which)

    def matter(self, matter: str) -> str:
        found = self.office.matter(matter)
        return self.of(found.name if found is not None else None, matter)

    def document(self, document: str) -> str:
        found = self.office.document(document)
        return self.of(found.name if found is not None else None, document)

    def service_office(self, code: str) -> str:
        found = self.office.service_office(code)
        return self.of(found.name if found is not None else None, code)

    def state(self, state: State) -> str:
        return self.say(f"office.state.{state.value}")

    def digits(self, value: object) -> str:
        return localised(str(value), self.say.language)

    def date(self, day: date | None) -> str:
        """ "۱۴۰۵/۰۹/۰۳", as it stands on a document; empty where there is none."""
        return self.digits(jalali(day)) if day is not None else ""

    def moment(self, at_ms: int) -> str:
        """«یکشنبه ۱ آذر ۱۴۰۵، ۸:۱۲»."""
        at = datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(self.site.time_zone))
        day = day_words(at.date(), self.say.language, year=True)
        return f"{day}{self.say('staff.comma')}{clock_words(f'{at:%H:%M}', self.say.language)}"

    def rials(self, amount: int) -> str:
        separator = "," if self.say.language == "en" else "٬"
        return self.digits(f"{amount:,}".replace(",", separator))

    def pairs(self, words: Iterable[Word]) -> tuple[tuple[str, str], ...]:
        """Ids and names, for a list to choose from."""
        return tuple((one.id, self.of(one.name)) for one in words)
