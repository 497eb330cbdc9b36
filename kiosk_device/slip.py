"""The slip of a visit that was moved, as a picture: its new date very large. It is no ticket and promises no number.

Nothing about a person is on it, and not the code: whoever finds it learns that somebody comes on that day.
"""

from datetime import date

from PIL import Image

from kiosk_device.roll import Roll, name_in
from kiosk_device.state import NewDate
from kiosk_device.ticket import with_whom
from mqtt.contract import SiteCard
from screen.lettering import clock_words, day_words, left_to_right, localised, weekday_word
from screen.phrases import load


def slip_picture(new: NewDate, site: SiteCard, language: str, dots: int) -> Image.Image:
    """The slip for `new`, mode "1", `dots` wide and as long as its words need."""
    paper = Roll(dots, language)
    say = load(language)
    day = date.fromisoformat(new.date)
    weekday = weekday_word(day, language)
    paper.line(name_in(site.name, language), size=0.055, weight="Black")
    paper.rule()
    paper.line(say("slip.moved"), size=0.075, weight="Black", align="center")
    paper.line(say("slip.new_date"), size=0.05, align="center")
    paper.headline(weekday, size=0.17)
    paper.headline(day_words(day, language, year=True).removeprefix(f"{weekday} "), size=0.12)
    if new.time:
        paper.headline(say("slip.at", time=clock_words(new.time, language)), size=0.1)
    paper.rule(thin=True)
    for words in with_whom(site, new.department, new.doctor, language, say):
        paper.line(words, size=0.058)
    paper.line(say("slip.same_code"), size=0.058)
    paper.rule(thin=True)
    paper.line(say("slip.no_ticket"), size=0.048, weight="Medium")
    if site.phone:
        paper.line(say("slip.phone", phone=left_to_right(site.phone, language)), size=0.055)
    if language != "en":
        english = load("en")
        time = f" {english('slip.at', time=clock_words(new.time, 'en'))}" if new.time else ""
        short = english("slip.short", day=day_words(day, "en", year=True), time=time)
        paper.line(localised(short, "en"), size=0.045, language="en")
    return paper.finished()
