"""All languages say all things, every sentence that the programs ask for is there, and none is there for nothing."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from screen import phrases
from screen.phrases import AT_OFFICE, VISITORS, PhraseError, Phrases, at_office, languages, load

HOUSE = Path(__file__).parents[2]
ROOMS = ("kiosk_device", "display_device", "staff_console", "patient_page", "command_line", "screen")
ROOMS += ("letter_page", "office", "booking_store/desk")
KEYS = sorted(load("fa").keys())
TABLES = ("kiosk", "ticket", "slip", "counter", "waiting_room", "schedule", "staff", "patient")
TABLES += ("office", "waiting_list", "first_boot")
OTHERS = ("ar", "prs")
"""Languages of visitors, not of the staff."""
MET = sorted(key for key in KEYS if key.partition(".")[0] in VISITORS)
KEY = re.compile(rf"({'|'.join(TABLES)})(\.(?!json$|html$)\w+)+")  # a file may be called like a table
FILLED = r"[\w.]+"
"""What a part of a key that is decided at run time may be."""


def asked_for() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Where a program names a sentence, and the keys that it may mean."""
    for room in ROOMS:
        for path in sorted((HOUSE / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                words = _words(node)
                if words is not None:
                    yield f"{path.name}:{node.lineno} {words}", re.compile(words)  # type: ignore[attr-defined]  # a literal
        for path in sorted((HOUSE / room).rglob("*.html")):
            for words, more in re.findall(r'say\("([\w.]+)"( ~)?', path.read_text(encoding="utf-8")):
                yield f"{path.name} {words}", re.compile(re.escape(words) + (FILLED if more else ""))


def _words(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and KEY.fullmatch(node.value):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
        words = "".join(FILLED if part is None else re.escape(part) for part in parts)
        beginning = parts[0] or ""
        if beginning.startswith(tuple(f"{table}." for table in TABLES)) and " " not in words:
            return words
    return None


ASKED = list(asked_for())
TAILS = re.compile(r"kiosk\.refused\.\w+\.(title|lines|after)")
"""Put together from a refusal's screen in two steps."""


def test_the_staff_have_persian_and_english() -> None:
    assert languages() == ("en", "fa")


def test_a_visitor_may_read_dari_and_arabic_too() -> None:
    assert all(languages(of=table) == ("ar", "en", "fa", "prs") for table in VISITORS)


@pytest.mark.parametrize("language", OTHERS)
def test_each_sentence_that_a_visitor_meets_is_there_in_their_language(language: str) -> None:
    assert sorted(load(language).keys()) == MET


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("key", MET)
def test_a_visitors_language_wants_the_same_values(key: str, language: str) -> None:
    assert load(language).places(key) == load("fa").places(key)


@pytest.mark.parametrize("key", [key for key in KEYS if key.startswith(AT_OFFICE)])
def test_what_an_office_says_otherwise_stands_for_a_sentence_of_the_clinics(key: str) -> None:
    of_the_clinic = key.removeprefix(AT_OFFICE)
    assert of_the_clinic in KEYS
    assert at_office("fa")(of_the_clinic) == load("fa")(key) != load("fa")(of_the_clinic)
    assert at_office("fa").places(of_the_clinic) <= load("fa").places(of_the_clinic)


def test_an_office_says_the_rest_as_a_clinic_does() -> None:
    assert at_office("fa")("kiosk.back") == load("fa")("kiosk.back")


def test_both_languages_have_the_same_sentences() -> None:
    assert load("fa").keys() == load("en").keys()


@pytest.mark.parametrize("key", KEYS)
def test_both_languages_want_the_same_values(key: str) -> None:
    assert load("fa").places(key) == load("en").places(key)


@pytest.mark.parametrize(("where", "pattern"), ASKED, ids=[where for where, _ in ASKED])
def test_what_a_program_asks_for_is_there(where: str, pattern: re.Pattern[str]) -> None:
    assert any(pattern.match(key) for key in KEYS), where


def test_no_sentence_is_there_for_nothing() -> None:
    used = [pattern for _, pattern in ASKED]
    of_clinics = {key for key in KEYS if not key.startswith(AT_OFFICE)}
    idle = {key for key in of_clinics if not TAILS.fullmatch(key) and not any(one.fullmatch(key) for one in used)}
    assert idle == set()


@pytest.mark.parametrize("key", KEYS)
def test_a_persian_sentence_is_written_in_persian(key: str) -> None:
    words = load("fa")(key)
    assert not set("يكةـ٠١٢٣٤٥٦٧٨٩") & set(words), "letters and digits are Persian, not Arabic"
    assert not re.search(r"[,;?](?=\s|$)", words), "«،» «؛» «؟»"
    assert not re.search(r"\bن?می ", words), "«می‌» takes a half space"
    assert "هٔ" in words or "ۀ" not in words


@pytest.mark.parametrize("key", MET)
def test_a_dari_sentence_has_the_letters_of_persian_and_no_half_word_of_its_own(key: str) -> None:
    words = load("prs")(key)
    assert not set("يكةـ٠١٢٣٤٥٦٧٨٩") & set(words)
    assert not re.search(r"[,;?](?=\s|$)", words)
    assert not re.search(r"\bن?می ", words)


@pytest.mark.parametrize("key", MET)
def test_an_arabic_sentence_has_the_letters_and_digits_of_arabic(key: str) -> None:
    words = load("ar")(key)
    assert not set("یکگچپژ۰۱۲۳۴۵۶۷۸۹") & set(words)
    assert not re.search(r"[,;?](?=\s|$)", words)


def test_a_missing_sentence_is_named() -> None:
    with pytest.raises(PhraseError, match=r"en\.toml.*kiosk\.idle\.nothing"):
        load("en")("kiosk.idle.nothing")


def test_a_missing_value_is_named() -> None:
    with pytest.raises(PhraseError, match=r"count.*greeting"):
        Phrases("en", {"greeting": "{count} waiting"})("greeting", number=7)


def test_an_unknown_language_is_named() -> None:
    with pytest.raises(PhraseError, match="'de'"):
        phrases.load("de")
