"""A case on the officers' pages: opened from a called ticket, found by any code, reviewed, approved by somebody else; who looks
is written down, whoever is too late is told, and nothing that was typed is lost."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from booking_store.office_reader import CaseFile, CaseLine
from booking_store.sealed import CaseWords
from booking_store.site_file import parse_site
from mqtt.contract import TakeWalkIn
from program.starting import CANNOT_START
from rules.household import Household
from rules.referral import Act, State, Step
from screen.phrases import load
from staff_console.office.case_view import case_page
from staff_console.office.wording import Wording
from staff_console.rights import RIGHTS, Right, Role
from staff_console.site_in_force import can_book
from tests.staff_console.forms import rows
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.officers import Officer, code, household, persian, text_of, with_letter
from tests.staff_console.running import ROOT, Console
from tests.store.clinic import SUNDAY
from tests.store.office import SITE_FILE
from tests.store.running import Kiosk


def test_only_who_may_see_cases_sees_them_and_the_menu_leads_there(office_console: Console) -> None:
    for role in Role:
        person = office_console.browser(role)
        may = Right.SEE_CASES in RIGHTS[role]
        assert person.client.get("/cases").status_code == (200 if may else 403), role
        assert ('href="/cases"' in person.page("/")) is may, role


def test_an_office_without_doctors_or_bookings_shows_neither_and_gives_walk_ins(office_console: Console) -> None:
    manager = Officer(office_console, Role.MANAGER)
    walk_ins, days = manager.page("/bookings"), manager.page("/days")
    for page in (walk_ins, days):
        assert '<a href="/bookings"' in page
        assert "نوبت‌ها" not in page
        assert "روزهای پزشکان" not in page
    assert 'action="/bookings/walk-in"' in walk_ins
    assert 'action="/bookings/find"' not in walk_ins
    assert 'action="/bookings/offer"' not in walk_ins
    assert "پزشک نمی‌آید" not in days


def test_a_department_of_an_office_that_is_booked_by_telephone_has_bookings() -> None:
    document = SITE_FILE.read_text(encoding="utf-8")
    walk_ins, booked = (parse_site(text, "") for text in (document, document.replace("phone = 0", "phone = 5", 1)))
    assert (can_book(walk_ins), can_book(booked)) == (False, True)


def test_a_clinic_has_no_cases_whoever_asks(console: Console) -> None:
    manager = console.browser(Role.MANAGER)
    for path in ("/cases", "/cases/1", "/households/1", "/pins"):
        assert manager.client.get(path).status_code == 404, path
    assert 'href="/cases"' not in manager.page("/")


def test_a_console_whose_key_is_not_there_says_so_and_does_not_start(
    office: OfficeClinic, office_console: Console, tmp_path: Path
) -> None:
    del office_console  # its file is there
    file, right = tmp_path / "console.toml", (office.folder / "console.toml").read_text(encoding="utf-8")
    file.write_text(right.replace(str(office.store.identity_key), "/nowhere/identity.key"), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "staff_console", str(file)], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert (done.returncode, "/nowhere/identity.key: the key cannot be read" in done.stderr) == (CANNOT_START, True)


def test_a_called_tickets_household_is_written_down_and_its_case_stands_on_the_tickets_page(
    office: OfficeClinic, officer: Officer
) -> None:
    number = str(office.walk_in(1))
    officer.until("open-case", f"/ticket/{number}")
    case = officer.opens(number=number)
    page = officer.page(f"/cases/{case}")
    assert "گل‌محمد رحیمی" in page
    assert f"شمارهٔ نوبت {persian(number)}" in text_of(page)
    officer.until(f'href="/cases/{case}"', f"/ticket/{number}")
    assert f"پرونده‌های امروز · {persian(1)}" in text_of(officer.page("/cases"))


def test_the_code_that_was_typed_at_the_kiosk_leads_from_the_ticket_to_the_household(
    office: OfficeClinic, officer: Officer
) -> None:
    own = code()
    case = officer.opens(code=own)
    kiosk = Kiosk(office.broker)
    try:
        kiosk.until_open()
        wish = TakeWalkIn(department=5, service_day=kiosk.day, matter="other", code=own)
        number = kiosk.take(wish)
    finally:
        kiosk.session.stop()
    officer.until("open-case", f"/ticket/{number}")
    page = officer.page(f"/cases?number={number}")
    assert f'href="/cases/{case}"' in page[page.index('id="found"') :]
    assert '<option value="other" selected>' in page
    assert "رحیمی" not in page


@pytest.mark.parametrize("typed", ["1000 2000 3000", "۱۰۰۰۲۰۰۰۳۰۰۰", "١٠٠٠-٢٠٠٠-٣٠٠٠", "H-77 12"])
def test_a_household_is_found_by_any_members_code_however_it_is_typed(officer: Officer, typed: str) -> None:
    if 'id="household-' not in officer.finds("H7712"):
        officer.opens(**{"exclusive-0": "100020003000", "number-1": "h7712"})
    assert len(re.findall(r'href="/households/(\d+)"', officer.finds(typed))) == 1
    assert "با این کد خانواری نیست" in officer.finds("999111222333")


def test_a_request_without_its_matter_keeps_the_ticket_that_it_came_with(officer: Officer) -> None:
    own = code()
    officer.opens(code=own)
    found = officer.finds(own, number="101")
    answer = officer.sends(found, "/cases/open", household="nobody")
    assert answer.status_code == 409
    assert 'name="number" value="101"' in answer.text


def test_a_household_with_an_open_case_is_led_to_it(officer: Officer) -> None:
    own = code()
    case = officer.opens(code=own)
    page = officer.finds(own)
    answer = officer.sends(page, "/cases/open", matter="other")
    assert answer.url.path == f"/cases/{case}"
    assert "این خانوار پروندهٔ باز دارد؛ همان نشان داده شد." in answer.text


def test_an_odd_code_is_a_warning_and_never_a_refusal(officer: Officer) -> None:
    case = officer.opens(**{"exclusive-0": "1234"})
    assert "شمارهٔ اختصاصی: تعداد رقم‌ها معمول نیست." in officer.page(f"/cases/{case}")


def test_the_page_shows_how_each_members_document_stands(officer: Officer) -> None:
    case = officer.opens(**{"document-1": "passport_permit", "cycle-1": "", "expires-1": "1404/01/15"})
    words = text_of(officer.page(f"/cases/{case}"))
    assert "تمدیدشده تا ۱۴۰۵/۱۲/۲۹، بخشنامهٔ ۱۴۰۴/۲۲۱۵" in words
    assert "اعتبار گذشته: ۱۴۰۴/۰۱/۱۵" in words


# --------------------------------------------------------------------------------------- the review


def test_a_case_goes_from_its_request_to_its_approval_by_the_forms(officer: Officer, reviewer: Officer) -> None:
    case = officer.opens()
    before = text_of(reviewer.does(case, "take_up"))
    for missing in ("رسید پرداخت ثبت نشده است.", "بررسی نجوا ثبت نشده است.", "پرسشی از بخشنامه‌ها بی‌پاسخ است."):
        assert missing in before
    officer.reviews(case)
    after = text_of(reviewer.does(case, "approve"))
    assert f"پروندهٔ {persian(case)} · تأییدشده" in after
    history = after[after.index("تاریخچه") :]
    assert re.search(r"گشودن پرونده · درخواست‌شده Officer.*برداشتن برای بررسی · در دست بررسی Reviewer", history)
    written = ("ثبت بررسی نجوا Officer", "ثبت رسید Officer", "ثبت پاسخ پرسش‌های بخشنامه Officer")
    assert [history.count(one) for one in written] == [1, 1, 1]
    assert "تأیید · تأییدشده Reviewer" in history


def test_an_approval_that_cannot_be_is_refused_with_everything_that_stands_against_it(reviewer: Officer) -> None:
    case = reviewer.opens(**{"relation-0": "child"})
    reviewer.does(case, "take_up")
    answer = reviewer.acts(case, "approve")
    assert answer.status_code == 409
    words = text_of(answer.text)
    for why in (
        "نویسندهٔ پرونده نمی‌تواند آن را تأیید کند.",
        "خانوار کامل نیست: یک سرپرست، و برای هر نفر مدرکی جدا لازم است.",
        "رسید پرداخت ثبت نشده است.",
        "بررسی نجوا ثبت نشده است.",
    ):
        assert why in words


def test_an_officer_does_not_decide(officer: Officer, office: OfficeClinic) -> None:
    case = officer.opens()
    page = officer.does(case, "take_up")
    assert 'name="act" value="approve"' not in page
    form = {"form_token": officer.form_token(), "revision": "2", "request": "a" * 32}
    for act in ("approve", "refuse", "review_again"):
        sent = officer.client.post(f"/cases/{case}/step", data=form | {"act": act, "refusal": "withdrawn"})
        assert sent.status_code == 403, act
    assert rows(office, "SELECT state FROM cases WHERE id = ?", str(case)) == [("under_review",)]


def test_whoever_is_too_late_is_told_and_finds_what_was_typed(officer: Officer, reviewer: Officer) -> None:
    case = officer.opens()
    old = officer.page(f"/cases/{case}")
    reviewer.does(case, "take_up")
    answer = officer.sends(old, f"/cases/{case}/step", "write_note", note="سرپرست فردا می‌آید")
    assert answer.status_code == 409
    assert "همکار دیگری هم‌اکنون این پرونده را تغییر داده است." in answer.text
    assert 'value="سرپرست فردا می‌آید"' in answer.text
    done = officer.sends(answer.text, f"/cases/{case}/step", "write_note")
    assert "سرپرست فردا می‌آید" in text_of(done.text)


def test_the_same_form_sent_twice_does_one_thing(officer: Officer, office: OfficeClinic) -> None:
    case = officer.opens()
    page = officer.page(f"/cases/{case}")
    for _ in range(2):
        assert officer.sends(page, f"/cases/{case}/step", "write_note", note="یک بار").status_code == 200
    assert rows(office, "SELECT act FROM case_steps WHERE case_id = ?", str(case)) == [("record",)]


@pytest.mark.parametrize(
    ("act", "typed", "told"),
    [
        ("write_note", {"note": "\u200c\u200b"}, "یادداشت را بنویسید."),
        ("write_najva", {"result": "confirmed", "reference": " "}, "شمارهٔ پیگیری نجوا را بنویسید."),
    ],
)
def test_what_an_act_needs_is_asked_for(officer: Officer, act: str, typed: dict[str, str], told: str) -> None:
    case = officer.opens()
    answer = officer.acts(case, act, **typed)
    assert answer.status_code == 409
    assert told in answer.text


def test_the_history_tells_what_was_written_down(officer: Officer) -> None:
    case = officer.opens()
    officer.does(case, "write_fee", receipt="R-1")
    officer.does(case, "write_fee", receipt="")
    page = officer.does(case, "write_note", note="فردا می‌آید")
    assert told_steps(page) == ["گشودن پرونده", "ثبت رسید", "برداشتن رسید", "افزودن یادداشت"]


def test_of_a_step_from_before_this_was_kept_the_history_tells_that_something_was_written() -> None:
    site = parse_site(SITE_FILE.read_text(encoding="utf-8"), "")
    assert site.office is not None
    line = CaseLine(1, 1, "incomplete_papers", State.UNDER_REVIEW, 0, 3)
    steps = (Step(Act.RECORD, "sara", 0, State.UNDER_REVIEW, State.UNDER_REVIEW),)
    file = CaseFile(line, "sara", Household("", ()), CaseWords(), steps, (), (), {}, ())
    page = case_page(file, "sara", str, Wording(site, site.office, load("fa")), SUNDAY)
    assert [one.what for one in page.steps] == ["گشودن پرونده", "ثبت اطلاعات"]


def told_steps(page: str) -> list[str]:
    """What a case's history tells, line by line."""
    history = page.partition('id="steps-title"')[2].partition("</ol>")[0]
    return re.findall(r"<strong><bdi>(.*?)</bdi></strong>", history)


def test_nobody_is_given_a_slip_of_papers_for_a_case_that_has_ended(officer: Officer, reviewer: Officer) -> None:
    case = officer.opens()
    slip = (f'action="/cases/{case}/slip"', load("fa")("staff.told.no_kiosk"))
    open_page = officer.does(case, "ask_papers", paper=[":photo"])
    assert any(one in open_page for one in slip)
    ended = reviewer.does(case, "refuse", refusal="withdrawn")
    assert "عکس ۳×۴" in ended, "what was missing is told still"
    assert not any(one in ended for one in slip)


def test_papers_are_asked_for_brought_and_what_is_missing_stands_beside_the_member(officer: Officer) -> None:
    case = officer.opens()
    page = officer.page(f"/cases/{case}")
    member = re.findall(r'name="paper" value="(\d+):photo"', page)[1]
    page = officer.does(case, "ask_papers", paper=[f"{member}:photo", ":marriage_certificate"])
    assert "منتظر مدارک" in page
    assert re.search(r'مریم رحیمی.*?<span class="mark">عکس ۳×۴</span>', page, re.DOTALL)
    page = officer.does(case, "bring_papers", paper=[f"{member}:photo"])
    assert "در دست بررسی" in page
    assert f'name="paper" value="{member}:photo" checked' not in page
    assert 'value=":marriage_certificate" checked' in page


def test_nothing_ticked_is_told_and_changes_nothing(officer: Officer) -> None:
    case = officer.opens()
    answer = officer.acts(case, "ask_papers")
    assert answer.status_code == 409
    assert "مدرکی انتخاب نشده است." in answer.text


def test_an_emptied_receipt_is_told_as_no_payment(officer: Officer) -> None:
    case = officer.opens()
    assert "رسید ثبت شد." in officer.does(case, "write_fee", receipt="R-4451")
    emptied = officer.does(case, "write_fee", receipt=" ")
    assert "شمارهٔ رسید خالی است: پرداختی ثبت نیست." in emptied
    assert "رسید ثبت شد." not in emptied


def test_whoever_leaves_out_what_is_written_is_asked_to_write_it(officer: Officer, reviewer: Officer) -> None:
    case = with_letter(officer, reviewer)
    assert "نام را بنویسید." in officer.acts(case, "hand_over", name=" ").text
    assert "یادداشت را بنویسید." in officer.acts(officer.opens(), "write_note").text


def test_the_department_is_asked_and_its_answer_written_by_hand(officer: Officer) -> None:
    case = officer.opens()
    officer.does(case, "take_up")
    person = re.findall(r'name="people" value="(\d+)"', officer.page(f"/cases/{case}"))[0]
    page = officer.does(case, "ask_department", way="paper", people=[person])
    assert "استعلام از بیمه" in text_of(page)
    page = officer.does(case, "hear_department", result="covered")
    assert "دارای پوشش" in text_of(page)
    assert f"پروندهٔ {persian(case)} · در دست بررسی" in text_of(page)


def test_a_refusal_has_a_reason_and_is_looked_at_again(officer: Officer, reviewer: Officer) -> None:
    case = officer.opens()
    assert reviewer.acts(case, "refuse", refusal="").status_code == 409
    assert "مشمول طرح نیست" in text_of(reviewer.does(case, "refuse", refusal="not_eligible"))
    assert f"پروندهٔ {persian(case)} · در دست بررسی" in text_of(reviewer.does(case, "review_again"))


# --------------------------------------------------------------------------------------- who looks


def test_each_look_at_who_they_are_is_written_down_with_the_account(officer: Officer, office: OfficeClinic) -> None:
    case = officer.opens()
    ((its_household,),) = rows(office, "SELECT household FROM cases WHERE id = ?", str(case))
    looks = "SELECT who FROM audit WHERE what = 'identity_seen' AND json_extract(details, '$.household') = CAST(? AS INTEGER)"
    before = len(rows(office, looks, str(its_household)))
    for path in (f"/cases/{case}", f"/cases/{case}/household", f"/households/{its_household}"):
        officer.page(path)
    found = rows(office, looks, str(its_household))
    assert len(found) == before + 3
    assert {who for (who,) in found} == {"operator:officer"}


def test_the_audit_trail_says_in_words_who_looked_at_which_household(officer: Officer, office_console: Console) -> None:
    case = officer.opens()
    officer.page(f"/cases/{case}")
    told = text_of(Officer(office_console, Role.MANAGER).page("/audit"))
    assert re.search(rf"officer مشخصات خانوار را دید پروندهٔ {persian(case)}، خانوار ", told), told[:600]
    assert "رحیمی" not in told


def test_the_work_list_names_nobody(officer: Officer) -> None:
    officer.opens(**household())
    assert "رحیمی" not in officer.page("/cases")


def test_while_the_store_is_away_nobody_is_shown_and_a_form_waits_under_its_own_id(
    officer: Officer, office: OfficeClinic
) -> None:
    case = officer.opens()
    note, household_form = officer.page(f"/cases/{case}"), officer.page(f"/cases/{case}/household")
    office.store.kill()
    waits = officer.sends(note, f"/cases/{case}/step", "write_note", note="می‌ماند")
    assert waits.status_code == 503
    assert 'name="note" value="می‌ماند"' in waits.text
    written = officer.sends(household_form, f"/cases/{case}/household", do="save", address="کوچهٔ بهار")
    assert 'value="کوچهٔ بهار"' in written.text
    shown = officer.client.get(f"/cases/{case}")
    assert shown.status_code == 503
    assert "رحیمی" not in shown.text
    office.store.start()
    officer.until("درخواست‌شده", "/cases")
    for _ in range(2):
        done = officer.sends(waits.text, f"/cases/{case}/step")
    assert done.status_code == 200
    assert done.text.count("<bdi>می‌ماند</bdi>") == 1


@pytest.mark.parametrize("path", ["/cases/999999999", "/cases/999999999/household", "/households/999999999"])
def test_what_never_was_is_told_so(officer: Officer, path: str) -> None:
    assert officer.client.get(path).status_code == 404
