"""A letter on the officers' pages: issued, shown and taken away as PDF, handed over, lost and replaced; slips leave at a kiosk,
and a manager sets the service offices' PINs."""

import re
import time
from collections.abc import Iterator
from io import BytesIO

import msgspec
import pypdfium2
import pytest

from mqtt.office_contract import LetterStands, OfficeRefusal, UseLetter, Why
from rules.letters import Standing
from staff_console.rights import Role
from tests.staff_console.device import Device
from tests.staff_console.forms import rows
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.officers import Officer, persian, text_of, with_letter
from tests.staff_console.running import SECONDS, Console


@pytest.fixture
def kiosk(office: OfficeClinic) -> Iterator[Device]:
    """The hall's kiosk, that hears orders."""
    kiosk = Device(office.broker, "kiosk-1", "kiosk").start()
    yield kiosk
    kiosk.leave()


def letter_of(office: OfficeClinic, case: int) -> tuple[str, str]:
    """The address of the case's letter that stands, and its code."""
    sql = "SELECT year, serial, code FROM letters WHERE case_id = ? AND void_at_ms IS NULL"
    ((year, serial, code),) = rows(office, sql, str(case))
    return f"/cases/{case}/letters/{year}/{serial}", str(code)


def taken(kiosk: Device, count: int) -> list[str]:
    """The orders that it was given, as they came."""
    until = time.monotonic() + SECONDS
    while len(kiosk.taken) < count and time.monotonic() < until:
        time.sleep(0.05)
    return [msgspec.json.encode(order).decode() for order in kiosk.taken]


def words_in(pdf: bytes) -> str:
    """What an independent reader reads in it."""
    document = pypdfium2.PdfDocument(BytesIO(pdf))
    return re.sub(r"\s+", " ", " ".join(page.get_textpage().get_text_range() for page in document))


def test_a_letter_is_issued_shown_and_taken_away_as_a_pdf(officer: Officer, reviewer: Officer, office: OfficeClinic) -> None:
    case = with_letter(officer, reviewer)
    address, code = letter_of(office, case)
    page = officer.page(address)
    assert "معتبر" in text_of(page)
    assert f"{persian(code[:5])} {persian(code[5:])}" in text_of(page)
    for end, disposition in (("", "inline"), ("?keep=yes", "attachment")):
        shown = officer.client.get(f"{address}/letter.pdf{end}")
        assert shown.headers["content-type"] == "application/pdf"
        assert shown.headers["content-disposition"].startswith(disposition)
        assert "no-store" in shown.headers["cache-control"]
    assert "مریم" in words_in(shown.content)
    assert "رسید تحویل" in words_in(officer.client.get(f"{address}/receipt.pdf").content)


def test_each_opening_of_a_letter_is_a_look_that_is_written_down(
    officer: Officer, reviewer: Officer, office: OfficeClinic
) -> None:
    case = with_letter(officer, reviewer)
    address, _ = letter_of(office, case)
    looks = "SELECT count(*) FROM audit WHERE what = 'identity_seen' AND json_extract(details, '$.case') = CAST(? AS INTEGER)"
    ((before,),) = rows(office, looks, str(case))
    for path in (address, f"{address}/letter.pdf", f"{address}/receipt.pdf"):
        assert officer.client.get(path).status_code == 200
    assert rows(office, looks, str(case)) == [(before + 3,)]


def test_a_letter_of_another_case_is_not_shown_by_this_ones_address(
    officer: Officer, reviewer: Officer, office: OfficeClinic
) -> None:
    address, _ = letter_of(office, with_letter(officer, reviewer))
    other = officer.opens()
    elsewhere = re.sub(r"/cases/\d+", f"/cases/{other}", address)
    for path in (elsewhere, f"{elsewhere}/letter.pdf"):
        assert officer.client.get(path).status_code == 404


def test_a_letter_is_handed_over_lost_and_replaced_in_the_same_visit(
    officer: Officer, reviewer: Officer, office: OfficeClinic
) -> None:
    case = with_letter(officer, reviewer)
    first, _ = letter_of(office, case)
    handed = officer.sends(officer.page(first), f"/cases/{case}/step", "hand_over", name="نورمحمد رحیمی", relation="parent")
    assert "تحویل معرفی‌نامه ثبت شد." in handed.text
    assert "نورمحمد رحیمی (پدر یا مادر)" in text_of(officer.page(first))
    assert "نورمحمد" in words_in(officer.client.get(f"{first}/receipt.pdf").content)
    replaced = officer.does(case, "duplicate_letter")
    assert "المثنی صادر شد؛ معرفی‌نامهٔ پیشین باطل است." in replaced
    second, _ = letter_of(office, case)
    assert second != first
    assert "باطل" in text_of(officer.page(first))
    assert "المثنای" in text_of(officer.page(second))
    assert 'value="duplicate_letter"' not in officer.page(first)
    assert "المثنی" in words_in(officer.client.get(f"{second}/letter.pdf").content)


def test_slips_leave_at_a_kiosk_and_name_nobody(
    officer: Officer, reviewer: Officer, office: OfficeClinic, kiosk: Device
) -> None:
    case = with_letter(officer, reviewer)
    address, code = letter_of(office, case)
    officer.until("<option>kiosk-1</option>", address)
    sent = officer.sends(officer.page(address), f"{address}/slip")
    assert "برگه به کیوسک فرستاده شد." in sent.text
    wanting = officer.opens()
    page = officer.does(wanting, "ask_papers", paper=[":photo"])
    assert "برگه به کیوسک فرستاده شد." in officer.sends(page, f"/cases/{wanting}/slip").text
    letter, papers = taken(kiosk, 2)
    assert code in letter
    assert "عکس" in papers
    assert "رحیمی" not in letter + papers
    ordered = "SELECT count(*) FROM audit WHERE what = 'device_ordered' AND why = 'print_office_slip'"
    assert rows(office, ordered) == [(2,)]


def test_a_slip_goes_to_no_kiosk_that_is_not_there(officer: Officer) -> None:
    case = officer.opens()
    officer.does(case, "ask_papers", paper=[":photo"])
    form = {"form_token": officer.form_token(), "kiosk": "kiosk-9"}
    sent = officer.client.post(f"/cases/{case}/slip", data=form, headers={"accept": "application/json"})
    assert sent.json()["done"] is False


# --------------------------------------------------------------------------------------- the service offices' PINs


def test_a_manager_sets_a_service_offices_pin_with_which_it_marks_a_letter(
    office_console: Console, officer: Officer, reviewer: Officer, office: OfficeClinic
) -> None:
    manager = Officer(office_console, Role.MANAGER)
    page = manager.page("/pins")
    assert officer.client.get("/pins").status_code == 403
    differs = manager.sends(page, "/pins", pin="4711", pin_again="4712")
    assert (differs.status_code, "دو رمز یکی نیستند." in differs.text) == (409, True)
    short = manager.sends(page, "/pins", pin="47", pin_again="47")
    assert (short.status_code, "رمز باید دست‌کم چهار رقم باشد." in short.text) == (409, True)
    done = manager.sends(page, "/pins", pin="4711", pin_again="۴۷۱۱")  # the keyboard's language was changed in between
    assert "رمز دفتر پیشخوان میدان شهدا ثبت شد." in done.text
    case = with_letter(officer, reviewer)
    officer.does(case, "hand_over", name="گل‌محمد رحیمی", relation="head")
    _, code = letter_of(office, case)
    wrong = office.ask(UseLetter(code=code, service_office="72-1001", pin="4712"))
    assert wrong == OfficeRefusal(why=(Why.WRONG_PIN,))
    assert office.ask(UseLetter(code=code, service_office="72-1001", pin="4711")) == LetterStands(standing=Standing.USED)
    assert f"پروندهٔ {persian(case)} · استفاده‌شده" in text_of(officer.page(f"/cases/{case}"))
