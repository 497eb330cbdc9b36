"""Slips from the kiosk's printer: of a letter that is ready, and of the papers that are missing. 1-bit, as wide as the paper.

A slip lies in a pocket and is lost in a bus: it names the case and the letter, and nobody. Who is meant stands on it as a place
in the household («نفر ۲»).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from PIL import Image

from kiosk_device.roll import Roll
from rules.letters import in_groups
from rules.site import Name
from screen.lettering import day_words, left_to_right, localised
from screen.phrases import load


@dataclass(frozen=True, slots=True)
class LetterSlip:
    """A letter's slip: its number ("1405/000123") and verification code, until when it is good and where it is taken."""

    number: str
    code: str
    until: date
    service_office: Name
    city: str


@dataclass(frozen=True, slots=True)
class Missing:
    """A paper that is missing; `place` 0: the household's own, else that of a member in the household."""

    paper: Name
    place: int = 0


@dataclass(frozen=True, slots=True)
class PapersSlip:
    """What a household still has to bring."""

    case: int
    papers: tuple[Missing, ...]


def letter_slip(slip: LetterSlip, site: Name, language: str, dots: int) -> Image.Image:
    """The slip of a letter, mode "1", `dots` wide and as long as its words need."""
    say = load(language)
    paper = _begun(site, language, dots)
    paper.line(say("office.slip.letter"), size=0.075, weight="Black", align="center")
    paper.headline(left_to_right(slip.number, language), size=0.12)
    paper.rule(thin=True)
    paper.line(say("office.slip.take_to", office=_in(slip.service_office, language), city=slip.city), size=0.058)
    paper.line(say("office.slip.until", day=day_words(slip.until, language, year=True)), size=0.058)
    paper.line(say("office.slip.once"), size=0.058)
    paper.rule(thin=True)
    paper.line(say("office.slip.code"), size=0.048, align="center")
    paper.headline(left_to_right(in_groups(slip.code), language), size=0.09)
    return paper.finished()


def papers_slip(slip: PapersSlip, site: Name, language: str, dots: int) -> Image.Image:
    """The slip of what is missing, mode "1": a line for each paper, by whose it is."""
    say = load(language)
    paper = _begun(site, language, dots)
    paper.line(say("office.slip.missing"), size=0.075, weight="Black", align="center")
    paper.line(say("office.slip.case", case=localised(str(slip.case), language)), size=0.058, align="center")
    paper.rule(thin=True)
    for place, papers in _by_place(slip.papers):
        whose = say("office.slip.member", place=localised(str(place), language)) if place else say("office.slip.household")
        paper.line(whose, size=0.058, weight="Black")
        for one in papers:
            paper.line(f"• {_in(one.paper, language)}", size=0.062)
    paper.rule(thin=True)
    paper.line(say("office.slip.bring"), size=0.048, weight="Medium")
    return paper.finished()


def _begun(site: Name, language: str, dots: int) -> Roll:
    paper = Roll(dots, language)
    paper.line(_in(site, language), size=0.055, weight="Black")
    paper.rule()
    return paper


def _by_place(papers: Sequence[Missing]) -> list[tuple[int, list[Missing]]]:
    places = sorted({one.place for one in papers})
    return [(place, [one for one in papers if one.place == place]) for place in places]


def _in(name: Name, language: str) -> str:
    return name.fa if language == "fa" or not name.en else name.en
