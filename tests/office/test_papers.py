"""A letter is one sheet that says everything and can be read back; slips name nobody; what a site changes is its own."""

import re
from pathlib import Path

import msgspec
import pypdfium2
import pytest

from booking_store.sealed import LetterWords
from kiosk_device.office_slip import office_slip_picture
from mqtt.contract import LetterSlip, MissingLine, Name, PapersSlip, SiteCard
from mqtt.office_contract import Why
from office.letter import ForbiddenAddressError, letter_pdf, receipt_pdf
from rules.household import NotSplit
from rules.identity_codes import Doubt
from rules.inquiries import Result
from rules.letters import NotUsed, Standing
from rules.referral import Against, No, State
from screen.lettering import localised
from screen.phrases import load
from tests.office.household import letter

OFFICE = SiteCard(
    epoch="1", sequence=1, site="office", time_zone="Asia/Tehran",
    name=Name(fa="ادارهٔ امور اتباع، بخش بیمه", en="Foreign Nationals' Insurance Office"),
)  # fmt: skip
SLIP = LetterSlip(
    number="1405/000123", code="1234567890", until="2026-12-21", city="اراک",
    service_office=Name(fa="دفتر میدان شهدا", en="Shohada Square"),
)  # fmt: skip
PAPERS = PapersSlip(
    case=123,
    papers=(
        MissingLine(paper=Name(fa="عکس ۳×۴", en="Photo 3×4")),
        MissingLine(paper=Name(fa="کارت اقامت معتبر", en="Valid residence card"), place=2),
        MissingLine(paper=Name(fa="گواهی ولادت", en="Birth certificate"), place=2),
    ),
)


def plain(text: str) -> str:
    """Words as any reader of a PDF gives them: half-spaces are gone, and the parts of a joined «لا» or «لله» come in the order
    in which they were drawn, so that letters are compared within each word and not their order."""
    words = re.sub(r"[()،؛:.]", " ", localised(text, "fa")).replace("\u200c", "").replace("ٔ", "").replace("ۀ", "ه").split()
    return " ".join("".join(sorted(word)) for word in words)


def read(pdf: bytes) -> list[str]:
    """Each page's text, by a library that has nothing to do with the one that wrote it."""
    return [plain(page.get_textpage().get_text_bounded()) for page in pypdfium2.PdfDocument(pdf)]


@pytest.fixture(scope="module")
def page() -> str:
    """One letter for all who look at it: it takes a second to set."""
    (only,) = read(letter_pdf(letter()))
    return only


def test_nine_members_stand_on_one_sheet_and_each_row_is_read_back(page: str) -> None:
    for row in letter().rows:
        for said in (row.name, row.number, row.exclusive, row.unique, row.born, row.relation):
            assert plain(said) in page, (row.name, said)


@pytest.mark.parametrize(
    "said",
    [
        "1405/000123", "1405/09/01", "1405/09/30", "12345 67890", "دفتر پیشخوان میدان شهدا", "72-1001", "نقص مدارک هویتی",
        "1234567", "09121234567", "3813512345", "کوچهٔ بهار", "R-991234", "۱٬۵۰۰٬۰۰۰", "تالاسمی", "G-4411", "دکتر رستمی",
        "1404/2215", "ادارهٔ کل بیمهٔ سلامت استان مرکزی", "مدیرکل امور اتباع", "باسمه تعالی", "https://example.ir/letter",
    ],
)  # fmt: skip
def test_every_field_stands_on_the_letter(said: str, page: str) -> None:
    assert all(word in page for word in plain(said).split()), said


def test_a_larger_household_goes_on_on_the_next_sheet_with_nobody_lost() -> None:
    pages = read(letter_pdf(letter(21)))
    assert len(pages) == 2
    for row in letter(21).rows:
        assert any(plain(row.number) in page for page in pages)


def test_a_duplicate_says_which_letter_is_void_and_the_vulnerable_pay_nothing() -> None:
    words = msgspec.structs.replace(letter(2), duplicate_of="1405/000099", vulnerable=True, fee_rials=0, receipt="")
    (page,) = read(letter_pdf(words))
    assert plain("المثنی؛") in page
    assert plain("1405/000099") in page
    assert plain("آسیب‌پذیر") in page
    assert plain("ریال") not in page


def test_what_somebody_typed_is_text_and_fetches_nothing() -> None:
    words = msgspec.structs.replace(letter(1), address='<img src="https://example.org/x.png"><b>اراک</b>')
    (page,) = read(letter_pdf(words))
    assert "aeelmpx" in page, "the address stands there as somebody typed it, and nothing was asked for"


def test_a_sites_own_template_is_used_and_stays_in_its_folder(tmp_path: Path) -> None:
    (tmp_path / "letter.html").write_text("<p>{{ letter.number }} own</p>", encoding="utf-8")
    (page,) = read(letter_pdf(letter(), tmp_path))
    assert page == plain("1405/000123 own")
    (tmp_path / "letter.html").write_text('<img src="file:///etc/hostname">', encoding="utf-8")
    with pytest.raises(ForbiddenAddressError):
        letter_pdf(letter(), tmp_path)


def test_the_receipt_names_who_took_the_letter_and_leaves_a_line_to_sign() -> None:
    words = msgspec.structs.replace(letter(), handed_to="زهرا حسینی", handed_relation="همسر")
    (page,) = read(receipt_pdf(words))
    for said in ("زهرا حسینی", "همسر", "1405/000123", "امضا", "1234567"):
        assert plain(said) in page
    (empty,) = read(receipt_pdf(LetterWords()))
    assert plain("تحویل‌گیرنده") in empty


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("dots", [576, 384])
def test_slips_are_as_wide_as_the_paper_and_as_long_as_their_words(language: str, dots: int) -> None:
    for picture in (office_slip_picture(slip, OFFICE, language, dots) for slip in (SLIP, PAPERS)):
        assert picture.mode == "1"
        assert picture.width == dots
        assert dots // 2 < picture.height < 3 * dots


def test_every_word_of_the_office_has_its_sentence_in_each_language() -> None:
    for language in ("fa", "en"):
        say = load(language)
        for table, words in (("state", State), ("standing", Standing), ("result", Result), ("doubt", Doubt), ("why", Why)):
            for word in words:
                assert say(f"office.{table}.{word.value}")


def test_every_reason_of_the_rules_can_be_answered() -> None:
    known = {why.value for why in Why}
    assert {one.value for reasons in (No, Against, NotUsed, NotSplit) for one in reasons} <= known


def test_persian_sentences_are_written_by_somebody_who_cares() -> None:
    say = load("fa")
    told = [say(key) for key in sorted(say.keys()) if key.startswith("office.")]
    assert not [one for one in told if re.search(r"[يك]|ه‌ی|  ", one)]
