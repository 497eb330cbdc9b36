"""A household on the officers' pages: written down row by row, changed, merged and split after it was shown what would be; what
cannot be read is told beside its field, and nothing that was typed is lost."""

import re

import pytest

from tests.staff_console.forms import rows
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.officers import Officer, code, household, member, persian, text_of


def household_of(office: OfficeClinic, case: int) -> int:
    ((found,),) = rows(office, "SELECT household FROM cases WHERE id = ?", str(case))
    return int(found)


def test_a_row_more_keeps_what_was_typed_and_a_blank_one_is_nobody(officer: Officer) -> None:
    page = officer.sends(officer.page("/cases"), "/cases/new").text
    fields = household() | {"matter": "renewal", "address": "اراک، خیابان ملک"}
    page = officer.sends(page, "/cases/new", do="row", **fields).text
    assert 'name="name-3"' in page
    assert 'value="اراک، خیابان ملک"' in page
    assert 'value="گل‌محمد رحیمی"' in page
    done = officer.sends(page, "/cases/new", do="save", **member(3, "زهرا حسینی", "spouse"))
    words = text_of(done.text)
    assert "زهرا حسینی" in words
    assert "تمدید پوشش سالانه" in words
    assert len(re.findall(r'name="people" value=', officer.does(_case(done.url.path), "take_up"))) == 3


def _case(path: str) -> int:
    return int(path.rpartition("/")[2])


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("born-1", "1405/13/40", "تاریخ درست نیست؛ مانند ۱۴۰۵/۰۹/۰۳ بنویسید."),
        ("sex-1", "", "یکی را انتخاب کنید."),
        ("name-1", "", "نام را بنویسید."),
        ("number-1", "", "شمارهٔ مدرک را بنویسید."),
        ("cycle-1", "هفده", "تنها عدد بنویسید."),
        ("code", "", "کد خانوار را بنویسید."),
        ("name-1", "\u200c\u200b", "نام را بنویسید."),
        ("matter", "", "یکی را انتخاب کنید."),
        ("mobile", "12", "شمارهٔ همراه درست نیست."),
        ("issued-1", "دیروز", "تاریخ درست نیست؛ مانند ۱۴۰۵/۰۹/۰۳ بنویسید."),
    ],
)
def test_what_cannot_be_read_is_told_beside_its_field(officer: Officer, field: str, typed: str, told: str) -> None:
    answer = officer.writes_down(**{field: typed, "address": "خیابان ملک"})
    assert answer.status_code == 409
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', answer.text)
    assert re.search(rf'id="wrong-{field}" class="wrong">{told}<', answer.text)
    assert 'value="خیابان ملک"' in answer.text
    assert 'value="گل‌محمد رحیمی"' in answer.text


def told_above(page: str) -> list[tuple[str, str]]:
    """What a refused form says first: the fields to which it leads, and why."""
    above = page.partition('id="problems"')[2].partition("</section>")[0]
    return re.findall(r'<a href="#([^"]+)">([^<]+)</a>', above)


def test_all_that_cannot_be_read_is_told_at_once_in_the_order_of_the_form(officer: Officer) -> None:
    wrong = {
        "matter": "",
        "code": " ",
        "mobile": "12",
        "name-0": "\u200c",
        "sex-0": "",
        "cycle-0": "هفده",
        "born-1": "1405/13/40",
    }
    answer = officer.writes_down(**wrong, **{"number-1": "", "physician-1": "دکتر رستمی"})
    assert answer.status_code == 409
    assert told_above(answer.text) == [
        ("matter", "موضوع: یکی را انتخاب کنید."),
        ("code", "کد خانوار: کد خانوار را بنویسید."),
        ("mobile", "تلفن همراه: شمارهٔ همراه درست نیست."),
        ("name-0", "نفر ۱، نام و نام خانوادگی: نام را بنویسید."),
        ("sex-0", "نفر ۱، جنس: یکی را انتخاب کنید."),
        ("cycle-0", "نفر ۱، دوره: تنها عدد بنویسید."),
        ("born-1", "نفر ۲، تاریخ تولد: تاریخ درست نیست؛ مانند ۱۴۰۵/۰۹/۰۳ بنویسید."),
        ("number-1", "نفر ۲، شمارهٔ مدرک: شمارهٔ مدرک را بنویسید."),
        ("disease-1", "نفر ۲، بیماری خاص: یکی را انتخاب کنید."),
        ("issued-1", "نفر ۲، تاریخ گواهی: تاریخ را بنویسید."),
    ]
    assert re.findall(r'id="wrong-([^"]+)"', answer.text) == [field for field, _ in told_above(answer.text)]
    english = officer.client.get("/language/en", follow_redirects=True)
    assert english.status_code == 200
    told = told_above(officer.writes_down(**{"born-1": "x"}).text)
    assert told == [("born-1", "Person 2, Born: No such date; write it like 1405/09/03.")]


def test_a_member_whose_fields_were_emptied_is_asked_about_and_has_not_left(officer: Officer, office: OfficeClinic) -> None:
    case = officer.opens()
    page, there = officer.page(f"/cases/{case}/household"), f"/cases/{case}/household"
    emptied = {f"{field}-1": "" for field in ("name", "born", "number", "cycle")}
    answer = officer.sends(page, there, do="save", **emptied)
    assert answer.status_code == 409
    assert 'id="wrong-name-1"' in answer.text
    household = str(household_of(office, case))
    assert rows(office, "SELECT count(*) FROM people WHERE household = ?", household) == [(2,)]
    assert officer.sends(answer.text, there, do="save", **{"gone-1": "yes"}).url.path == f"/cases/{case}"
    assert "مریم رحیمی" not in officer.page(there)


def test_a_wrong_mobile_is_refused_by_the_store_and_nothing_is_lost(officer: Officer) -> None:
    answer = officer.writes_down(mobile="12")
    assert answer.status_code == 409
    assert "شمارهٔ همراه درست نیست." in answer.text
    assert 'value="مریم رحیمی"' in answer.text


def test_a_code_that_a_household_has_leads_to_it_and_what_was_typed_is_not_written_over_it(
    officer: Officer, office: OfficeClinic
) -> None:
    own = code()
    first = household_of(office, officer.opens(code=own))
    answer = officer.writes_down(code=own, **{"name-0": "کس دیگر"})
    assert answer.status_code == 409
    assert f'href="/households/{first}"' in answer.text
    assert 'value="کس دیگر"' in answer.text
    assert "کس دیگر" not in officer.page(f"/households/{first}")


def test_a_member_is_changed_one_leaves_and_one_is_born(officer: Officer) -> None:
    case = officer.opens()
    newborn = {"name__2": "نوزاد رحیمی", "relation__2": "child", "sex__2": "male", "document__2": "birth_certificate"}
    page = officer.page(f"/cases/{case}/household")
    done = officer.sends(
        page, f"/cases/{case}/household", do="save", father__0="نورمحمد", gone__1="yes", number__2="B77", **newborn
    )
    words = text_of(done.text)
    assert done.url.path == f"/cases/{case}"
    assert "فرزند نورمحمد" in words
    assert "بدون تاریخ پایان" in words
    assert "مریم رحیمی" not in words


def test_whoever_writes_over_a_colleague_is_shown_what_they_wrote(officer: Officer, reviewer: Officer) -> None:
    case = officer.opens()
    old = officer.page(f"/cases/{case}/household")
    colleague = reviewer.page(f"/cases/{case}/household")
    assert reviewer.sends(colleague, f"/cases/{case}/household", do="save", name__1="مریم نظری").status_code == 200
    answer = officer.sends(old, f"/cases/{case}/household", do="save", address="کوچهٔ بهار")
    assert answer.status_code == 409
    assert "خانوار چنان که اکنون ثبت شده است" in answer.text
    assert "مریم نظری" in answer.text
    assert 'value="کوچهٔ بهار"' in answer.text


# --------------------------------------------------------------------------------------- merged and split


def test_two_households_are_shown_as_one_before_they_are(officer: Officer, office: OfficeClinic) -> None:
    own = code()
    stays = household_of(office, officer.opens())
    goes = household_of(office, officer.opens(code=own, **{"name-0": "نورالله کریمی"}))
    there, left_open = f"/households/{stays}/merge", officer.page(f"/households/{goes}")
    shown = officer.sends(officer.page(f"/households/{stays}"), there, code=persian(own))
    assert f"خانوار {persian(stays)} پس از ادغام خانوار {persian(goes)} در آن" in shown.text
    assert "نورالله کریمی" in shown.text
    assert "نورالله کریمی" not in officer.page(f"/households/{stays}")
    done = officer.sends(shown.text, there)
    assert done.url.path == f"/households/{stays}"
    assert "دو خانوار یکی شدند." in done.text
    assert "نورالله کریمی" in done.text
    once_more = officer.sends(shown.text, there)
    assert (once_more.status_code, once_more.url.path) == (200, f"/households/{stays}")
    assert f"این دو خانوار پیش‌تر یکی شده‌اند: خانوار {persian(stays)}." in once_more.text
    assert rows(office, "SELECT count(*) FROM audit WHERE what = 'households_merged'") == [(1,)]
    led = officer.client.get(f"/households/{goes}", follow_redirects=True)
    assert led.url.path == f"/households/{stays}"
    assert f"آن خانوار پیش‌تر در خانوار {persian(stays)} ادغام شده است" in led.text
    assert officer.sends(left_open, f"/households/{goes}/split", code=code()).url.path == f"/households/{stays}"


def test_a_merge_that_somebody_has_changed_meanwhile_is_shown_anew(
    officer: Officer, reviewer: Officer, office: OfficeClinic
) -> None:
    own = code()
    stays = household_of(office, officer.opens())
    other = officer.opens(code=own)
    shown = officer.sends(officer.page(f"/households/{stays}"), f"/households/{stays}/merge", code=own).text
    page = reviewer.page(f"/cases/{other}/household")
    assert reviewer.sends(page, f"/cases/{other}/household", do="save", name__1="نام تازه").status_code == 200
    again = officer.sends(shown, f"/households/{stays}/merge").text
    assert f"خانوار {persian(stays)} پس از ادغام خانوار" in again
    assert "نام تازه" in again
    assert "دو خانوار یکی شدند." in officer.sends(again, f"/households/{stays}/merge").text


def test_a_household_is_not_merged_with_itself_or_with_nobody(officer: Officer, office: OfficeClinic) -> None:
    own = code()
    number = household_of(office, officer.opens(code=own))
    for typed, told in ((own, "این کد از همین خانوار است."), ("998877665544", "با این کد خانواری نیست.")):
        answer = officer.sends(officer.page(f"/households/{number}"), f"/households/{number}/merge", code=typed)
        assert answer.status_code == 409
        assert told in answer.text


def test_members_are_split_off_after_both_households_were_shown(officer: Officer, office: OfficeClinic) -> None:
    number = household_of(office, officer.opens())
    page = officer.page(f"/households/{number}")
    _, daughter = re.findall(r'name="going" value="(\d+)"', page)
    new = code()
    shown = officer.sends(page, f"/households/{number}/split", going=[daughter], head=daughter, code=new)
    assert "دو خانوار پس از جدا شدن" in shown.text
    above = text_of(shown.text.partition('id="step-two-title"')[2].partition("</section>")[0])
    assert above.count("۰۹۱۲۱۲۳۴۵۶۷") == 1, "the new household's mobile is not known, and is not shown as if it were"
    assert rows(office, "SELECT count(*) FROM people WHERE household = ?", str(number)) == [(2,)]
    done = officer.sends(shown.text, f"/households/{number}/split")
    assert done.url.path != f"/households/{number}"
    once_more = officer.sends(shown.text, f"/households/{number}/split")
    assert once_more.url.path == done.url.path
    assert "این افراد پیش‌تر جدا شده‌اند: خانوار" in once_more.text
    assert re.search(r"مریم رحیمی\s+سرپرست", text_of(done.text))
    assert "مریم رحیمی" not in officer.page(f"/households/{number}")


def test_a_split_of_nobody_and_of_everybody_is_refused_in_a_sentence(officer: Officer, office: OfficeClinic) -> None:
    number = household_of(office, officer.opens())
    page = officer.page(f"/households/{number}")
    both = re.findall(r'name="going" value="(\d+)"', page)
    for going, told in (([], "کسی انتخاب نشده است."), (both, "کسی در خانوار نمی‌ماند.")):
        answer = officer.sends(page, f"/households/{number}/split", going=going, head=both[0], code=code())
        assert answer.status_code == 409
        assert told in answer.text
