"""The site file: Kosar's is whole, and whoever writes one is told of every mistake, where it is and what was meant."""

import contextlib
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booking_store.site_file import SiteFileError, jalali, parse_jalali, parse_site, read_site
from rules.schedule import sessions_on
from rules.site import NumberRange
from rules.texts import QuietHours, TextKind

KOSAR = Path(__file__).parents[2] / "sites" / "kosar_clinic.toml"
TEXT = KOSAR.read_text(encoding="utf-8")


def problems(text: str) -> tuple[str, ...]:
    with pytest.raises(SiteFileError) as caught:
        parse_site(text, "kosar.toml")
    return caught.value.problems


def with_change(old: str, new: str) -> str:
    assert old in TEXT, old
    return TEXT.replace(old, new, 1)


def test_kosars_file_says_what_the_clinic_is() -> None:
    site = read_site(KOSAR)
    assert (site.id, site.name.fa, site.phone) == ("kosar", "کلینیک کوثر اراک", "086-32240066")
    assert [department.code for department in site.departments] == [11, 12, 13, 14, 15, 16, 21, 22]
    assert site.departments[1].booked_range == NumberRange(250, 339)
    assert [device.id for device in site.devices] == [
        "kiosk-1", "counter-1", "counter-2", "counter-3", "room-1", "room-2", "waiting-room-1", "phone-1",
        "operator", "console",
    ]  # fmt: skip
    assert set(site.pause_reasons) == {"prayer", "break", "emergency"}
    assert site.holidays.dates[date(2026, 12, 23)] == "ولادت امام علی (ع)"
    assert site.sound.quiet[0] == (time(11, 55), time(12, 10))
    assert (site.booking.same_doctor_in_a_day, site.booking.new_days_open_at) == (4, time(7))
    assert (site.voice_menu.department_digits, site.voice_menu.hold_seconds) == (2, 120)
    assert (site.texts.quiet, site.texts.reminder_at) == (QuietHours(time(22), time(7)), time(18))
    assert site.texts.templates[TextKind.REMINDER].splitlines()[1] == "کد رهگیری: {code}"


def test_a_site_that_says_nothing_of_texts_sends_none() -> None:
    before, _, rest = TEXT.partition("[texts]\n")
    site = parse_site(before + "[kiosks]" + rest.partition("[kiosks]")[2], "kosar.toml")
    assert (site.texts.templates, site.texts.quiet, site.texts.reminder_at) == ({}, None, None)


def test_a_name_with_an_arabic_letter_is_a_mistake_with_its_line() -> None:
    (told,) = problems(with_change('fa = "داخلی"', 'fa = "داخلي"'))
    assert told.startswith("kosar.toml:")
    assert "departments[0].name.fa: " in told
    assert "Arabic" in told


def test_every_department_that_a_kiosk_offers_has_a_session_in_a_common_week() -> None:
    site = read_site(KOSAR)
    week = [date(2026, 11, 28 - ahead) for ahead in range(7)]
    offered = {session.department for day in week for session in sessions_on(site, day)}
    assert offered == {department.code for department in site.departments}


def test_all_mistakes_are_told_at_once_each_with_its_line() -> None:
    text = with_change('booked_by = "arrival"', 'bokked_by = "arrival"')
    text = text.replace("[250, 339]", "[240, 339]").replace("code = 7\n", "code = 6\n")
    told = problems(text)
    lines = text.splitlines()
    assert len(told) == 3
    for problem, written in zip(told, ("bokked_by", "code = 6", "[240, 339]"), strict=True):
        line = int(problem.split(":")[1])
        assert written in lines[line - 1], problem
    assert 'did you mean "booked_by"?' in told[0]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("schema = 1", "schema = 2", "expected schema = 1"),
        ('opens = "07:00"', 'opens = "7"', 'hours.weekly[0].opens: expected a time of day, for example "08:00"; found \'7\''),
        ('"1405/01/02"', '"1404/12/30"', "expected a Jalali date that exists"),
        ('loaded_until = "1406/12/29"', 'loaded_until = "1405/13/01"', "holidays.loaded_until"),
        ('loaded_until = "1406/12/29"', 'loaded_until = "1405/12/29"', "is after loaded_until (1405/12/29)"),
        ('days = ["thursday"]', 'days = ["thirsday"]', 'did you mean "thursday"?'),
        ('"reception", "doctor"]', '"reception", "docter"]', 'unknown stage "docter"; did you mean "doctor"?'),
        ("alone_range = [950, 999]", "alone_range = [949, 999]", "meets help_range [900, 949]"),
        ("alone_range = [950, 999]", "alone_range = [899, 900]", "meets help_range [900, 949]"),
        ("alone_walk_ins = 2", "alone_walk_ins = 101", "alone_walk_ins: expected a whole number from 0 to 100"),
        ("alone_range = [950, 999]\n", "", "devices[0].alone_walk_ins: expected alone_range beside it"),
        ('id = "operator"', 'id = "operator"\nalone_walk_ins = 1', "devices[8].alone_walk_ins: only a kiosk gives"),
        ("help_range = [900, 949]", "help_range = [949, 900]", "first not above last"),
        ("help_range = [900, 949]", "help_range = [9000, 10000]", "from 1 to 9999"),
        ("booked_range = [100, 189]", "booked_range = [100, 184]", "holds 85 numbers, but a day of this department may need"),
        ('time_zone = "Asia/Tehran"', 'time_zone = "Asia/Teheran"', 'unknown time zone "Asia/Teheran"'),
        ('zone = "hall-1"\nstages', 'zone = "hal-1"\nstages', 'unknown zone "hal-1"; did you mean "hall-1"?'),
        ("departments = [12, 15, 16]", "departments = [12, 15]", 'no [[points]] entry serves stage "doctor" of department 16'),
        ("departments = [12, 15, 16]", "departments = [12, 15, 16, 17]", "unknown department 17"),
        ('id = "phone-1" ', 'id = "phone/+" ', "this name is its account: letters, digits, - and _"),
        ('id = "phone-1" ', 'id = "store" ', "not store or doorkeeper"),
        ('points = ["counter-2"]', 'points = ["countr-2"]', 'did you mean "counter-2"?'),
        ('speaker = "waiting-room-1"', 'speaker = "waiting-room"', 'did you mean "waiting-room-1"?'),
        ("code = 2\n", "code = 1\n", "doctors[1].code: 1 is taken by doctors[0]"),
        ('fa = "دکتر سارا احمدی"', 'fa = "\u200c\u200b"', "doctors[0].name.fa: expected a text"),
        ("department = 16\n", "department = 61\n", "unknown department 61"),
        ('starts = "16:00", ends = "18:00"', 'starts = "12:00", ends = "18:00"', "two shifts overlap on sunday"),
        ("absent = true\nwhy", "absent = false\nwhy", "or absent = true"),
        ("elderly = 20", "eldery = 20", 'unknown priority class "eldery"; did you mean "elderly"?'),
        ('booked_by = "arrival"', 'booked_by = "time"', "needs booking.give_times = true"),
        ('kind = "room"', 'kind = "rom"', 'did you mean "room"?'),
        ("label = 2\n", "label = 1\n", "there is a counter 1 already"),
        ('languages = ["fa"] ', 'languages = ["ar"] ', 'unknown language "ar"'),
        ('role = "kiosk"', 'role = "counter"', "drives one or two points"),
        ("phone = 54, ", "", "doctors[0].weekly[0].phone: expected a whole number from 0 to 2000"),
        ("percent = 70", "percent = 170", "from 0 to 100"),
        ("horizon_days = 30", "horizon_days = true", "expected a whole number from 0 to 400"),
        ('new_days_open_at = "07:00"', 'new_days_open_at = "7"', "booking.new_days_open_at: expected a time of day"),
        ("doctor_digits = 2", "doctor_digits = 0", "voice_menu.doctor_digits: expected a whole number from 1 to 4"),
        ("department_digits = 2", "department_digits = 1", "11 has more digits than callers are asked for: 1"),
        ('quiet_from = "22:00"\n', "", "texts.quiet_from: expected a time of day"),
        ('quiet_from = "22:00"', 'quiet_from = "07:00"', "texts.quiet_until: 07:00 is quiet_from too: no hour would be quiet"),
        ('reminder_at = "18:00"', 'reminder_at = "22:30"', "texts.reminder_at: 22:30 is a quiet hour"),
        ("booked = \"\"\"", "boked = \"\"\"", 'texts.templates.boked: unknown key; did you mean "booked"?'),
        ("کد رهگیری: {code}", "کد رهگیری: {kode}", 'texts.templates.booked: unknown fact {kode}; did you mean "code"?'),
        ("کد رهگیری: {code}", "کد رهگیری", "texts.templates.booked: expected {code} in it"),
        ("{until} می‌آید", "{doctor} می‌آید", "texts.templates.late: unknown fact {doctor}"),
        ('role = "phone"', 'role = "phone"\nzone = "hall-1"', "devices[7].zone: a phone stands in no zone"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_what_was_meant(old: str, new: str, told: str) -> None:
    found = problems(with_change(old, new))
    assert any(told in problem for problem in found), found
    assert len(found) == len(set(found)), "each mistake is told once"


def test_a_file_that_is_not_there_or_not_toml_is_told_of_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SiteFileError) as missing:
        read_site(tmp_path / "nowhere.toml")
    assert str(missing.value) == f"{tmp_path / 'nowhere.toml'}: cannot be read: No such file or directory"
    assert "not TOML" in problems("schema = ")[0]
    assert "nested too deep" in problems("schema = " + "[" * 5000)[0]


def test_a_file_from_an_editor_that_marks_its_beginning_is_read() -> None:
    assert parse_site("\ufeff" + KOSAR.read_text(encoding="utf-8"), "x") == read_site(KOSAR)


def test_dates_in_persian_digits_are_the_same_dates() -> None:
    assert parse_site(with_change('from = "1405/09/23"', 'from = "۱۴۰۵/۰۹/۲۳"'), "x") == read_site(KOSAR)


@given(st.dates(date(1991, 3, 21), date(2070, 3, 20)))
def test_a_date_written_and_read_again_is_the_same(day: date) -> None:
    assert parse_jalali(jalali(day)) == day


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [
        ("1395/12/30", date(2017, 3, 20)),
        ("1403/12/30", date(2025, 3, 20)),
        ("1404/01/01", date(2025, 3, 21)),
        ("1405/08/30", date(2026, 11, 21)),
        ("1408/12/30", date(2030, 3, 20)),
    ],
)
def test_the_calendar_agrees_with_known_dates(solar: str, gregorian: date) -> None:
    assert parse_jalali(solar) == gregorian


@pytest.mark.parametrize("solar", ["1404/12/30", "1404/07/31", "1405-09-03", "tomorrow", "1405/9", ""])
def test_a_day_that_does_not_exist_is_refused(solar: str) -> None:
    with pytest.raises(ValueError, match="no such Jalali date"):
        parse_jalali(solar)


@given(st.data())
def test_a_file_with_any_line_taken_out_is_read_or_explained(data: st.DataObject) -> None:
    lines = TEXT.splitlines()
    gone = data.draw(st.integers(0, len(lines) - 1))
    with contextlib.suppress(SiteFileError):
        parse_site("\n".join(lines[:gone] + lines[gone + 1 :]), "x")


@pytest.mark.parametrize("key", ["help_range", "booking", "points", "hours", "holidays", "name", "time_zone", "check_in"])
@pytest.mark.parametrize(
    "nonsense", ["1", "true", '"word"', "[]", "[1]", "[[]]", "{}", "{ x = 1 }", "[{ x = 1 }]", "1405-01-01"]
)
def test_nonsense_in_place_of_any_value_is_explained(key: str, nonsense: str) -> None:
    assert problems(f"schema = 1\n{key} = {nonsense}\n")
