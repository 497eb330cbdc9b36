"""The office's slips: of a letter that is ready, and of the papers that are missing, as pictures.

A slip lies in a pocket and is lost in a bus: it names the case and the letter, and nobody. Who is meant stands on it as a place
in the household («نفر ۲»).
"""

from collections.abc import Sequence
from datetime import date

from PIL import Image

from kiosk_device.roll import Roll, name_in
from mqtt.contract import LetterSlip, MissingLine, PapersSlip, SiteCard
from rules.letters import in_groups
from screen.lettering import day_words, left_to_right, localised
from screen.phrases import languages, load


def office_slip_picture(slip: LetterSlip | PapersSlip, site: SiteCard, language: str, dots: int) -> Image.Image:
    """The slip, mode "1", `dots` wide and as long as its words need."""
    language = language if language in languages(of="office") else "fa"  # officers order it, and hand it over with their words
    if isinstance(slip, LetterSlip):
        return _letter(slip, site, language, dots)
    return _papers(slip, site, language, dots)


def _letter(slip: LetterSlip, site: SiteCard, language: str, dots: int) -> Image.Image:
    say = load(language)
    paper = _begun(site, language, dots)
    paper.line(say("office.slip.letter"), size=0.075, weight="Black", align="center")
    paper.headline(left_to_right(slip.number, language), size=0.12)
    paper.rule(thin=True)
    paper.line(say("office.slip.take_to", office=name_in(slip.service_office, language), city=slip.city), size=0.058)
    paper.line(say("office.slip.until", day=day_words(date.fromisoformat(slip.until), language, year=True)), size=0.058)
    paper.line(say("office.slip.once"), size=0.058)
    paper.rule(thin=True)
    paper.line(say("office.slip.code"), size=0.048, align="center")
    paper.headline(left_to_right(in_groups(slip.code), language), size=0.09)
    return paper.finished()


def _papers(slip: PapersSlip, site: SiteCard, language: str, dots: int) -> Image.Image:
    """A line for each paper, by whose it is."""
    say = load(language)
    paper = _begun(site, language, dots)
    paper.line(say("office.slip.missing"), size=0.075, weight="Black", align="center")
    paper.line(say("office.slip.case", case=localised(str(slip.case), language)), size=0.058, align="center")
    paper.rule(thin=True)
    for place, papers in _by_place(slip.papers):
        whose = say("office.slip.member", place=localised(str(place), language)) if place else say("office.slip.household")
        paper.line(whose, size=0.058, weight="Black")
        for one in papers:
            paper.line(f"• {name_in(one.paper, language)}", size=0.062)
    paper.rule(thin=True)
    paper.line(say("office.slip.bring"), size=0.048, weight="Medium")
    return paper.finished()


def _begun(site: SiteCard, language: str, dots: int) -> Roll:
    paper = Roll(dots, language)
    paper.line(name_in(site.name, language), size=0.055, weight="Black")
    paper.rule()
    return paper


def _by_place(papers: Sequence[MissingLine]) -> list[tuple[int, list[MissingLine]]]:
    places = sorted({one.place for one in papers})
    return [(place, [one for one in papers if one.place == place]) for place in places]
