"""The operators' guide tells what each message of a screen or a paper means, in both languages, and none that is not there."""

import re
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from handbook.paper import guide_pdf
from screen.phrases import Phrases, load

HOUSE = Path(__file__).parents[2]
GUIDES = {language: (HOUSE / "docs" / f"guide.{language}.md").read_text(encoding="utf-8") for language in ("fa", "en")}
QUOTED = {"fa": re.compile("«([^»]+)»"), "en": re.compile(r'"([^"]+)"')}
SHOWN = ("kiosk", "ticket", "slip", "first_boot", "counter", "waiting_room")
"""The tables of what kiosks, their papers, counters and halls show; the staff's pages explain themselves."""
NAMES_OF_KEYS = re.compile(
    r"kiosk\.(keys|back|erase|done|step\.\w+|idle\.(have_code|no_code)(_how)?|idle\.other_language)"
    r"|kiosk\.(departments\.(left|more|code_again)|doctors\.first_free|priority\.none|no_paper\.go_on|ticket\.(another|priority))"
    r"|kiosk\.(office\.\w+|household\.(go_on|without)|household_check\.(right|change))"
    r"|counter\.(keys|next|typed|why_pause|button\.\w+)"
)
QUESTIONS = re.compile(
    r"kiosk\.((code|departments|mobile|doctors|priority|matters|household)\.title|(code|mobile|household)\.prompt|household\.on_card)"
)
WHERE_AND_WHAT = re.compile(
    r"\w+\.place\.\w+|kiosk\.ticket\.(title|go_to|ahead\w*|counter|room)|kiosk\.away\.place|kiosk\.idle\.(phone|step_\d)"
    r"|counter\.(waiting|kiosk\.(one|numbered))|waiting_room\.(waiting|page)|ticket\.(number|go_to|and|short)"
    r"|slip\.(new_date|at|phone|short)"
)
BELOW_A_MESSAGE = re.compile(
    r"kiosk\.[\w.]+\.(lines|line|after|how|wrong|opens|at|calling_on_how|seconds|take|same_code)"
    r"|kiosk\.(wait\.code|household_check\.if_right)|first_boot\.step_\d"
)
"""What stands on a screen whose message is told."""

SAID_BY_NO_KEY = frozenset({"…", "فهرست انتظار", "فعلاً", "just now"})


def messages(phrases: Phrases) -> dict[str, str]:
    """Every message by its key, as the guide writes it: "…" for a value, one line."""
    told = {}
    for key in sorted(phrases.keys()):
        is_message = not any(kind.fullmatch(key) for kind in (NAMES_OF_KEYS, QUESTIONS, WHERE_AND_WHAT, BELOW_A_MESSAGE))
        if key.split(".")[0] in SHOWN and is_message:
            told[key] = re.sub(r"\{\w+\}", "…", phrases(key)).replace("|", " ").strip()
    return told


def first_cells(guide: str) -> str:
    """What the tables of messages say that a screen says."""
    tables = re.split(r"^## \d+\. |^## [۰-۹]+\. ", guide, flags=re.MULTILINE)[6:10]
    return "\n".join(line.split("|")[1] for table in tables for line in table.splitlines() if line.startswith("| "))


@pytest.mark.parametrize("language", GUIDES)
def test_every_message_is_in_the_guide(language: str) -> None:
    quoted = set(QUOTED[language].findall(GUIDES[language]))
    missing = {key: words for key, words in messages(load(language)).items() if words not in quoted}
    assert missing == {}


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_tells_no_message_that_no_screen_shows(language: str) -> None:
    shown = set(messages(load(language)).values())
    assert set(QUOTED[language].findall(first_cells(GUIDES[language]))) - shown == set()


def test_both_guides_have_the_same_parts() -> None:
    persian, english = (len(re.findall(r"^## ", GUIDES[language], re.MULTILINE)) for language in ("fa", "en"))
    assert persian == english == 10


@pytest.mark.parametrize("language", GUIDES)
def test_the_pages_and_buttons_that_it_names_are_the_staffs(language: str) -> None:
    phrases = load(language)
    known = {phrases(key) for key in phrases.keys()} | set(messages(phrases).values())  # noqa: SIM118  no dict
    assert set(QUOTED[language].findall(GUIDES[language])) - known - SAID_BY_NO_KEY == set()


@pytest.mark.parametrize("language", GUIDES)
def test_every_page_it_leads_to_is_there(language: str) -> None:
    for link in set(re.findall(r"\]\(([^)#]+)\)", GUIDES[language])):
        assert (HOUSE / "docs" / link).exists(), link


def test_the_persian_guide_is_written_in_persian() -> None:
    words = re.sub(r"`[^`]*`|\([^)]*\)|\[[^\]]*\]|^\d+\. ", "", GUIDES["fa"], flags=re.MULTILINE)
    assert not set("يكةـ٠١٢٣٤٥٦٧٨٩") & set(words), "letters and digits are Persian, not Arabic"
    assert not re.search(r"[,;?](?=\s|$)", words), "«،» «؛» «؟»"
    assert not re.search(r"(?<![‌\w])ن?می ", words), "«می‌» takes a half space"
    assert not re.search(r"[0-9]", words), "digits are Persian"


@pytest.mark.parametrize("language", GUIDES)
def test_the_daily_work_is_on_the_first_side_and_all_of_it_on_two_sheets(language: str) -> None:
    paper = PdfDocument(guide_pdf(language))
    assert len(paper) <= 4
    headings = re.findall(r"^## \S+ (.*)$", GUIDES[language], re.MULTILINE)
    second = paper[1].get_textpage().get_text_bounded().splitlines()[0].split()
    assert set(second) >= set(headings[5].replace("\u200c", "").split())
