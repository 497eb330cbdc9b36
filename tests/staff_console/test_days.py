"""Doctors' days by the pages: a week is seen, an absence is shown before it is told, turns are released, sessions and holidays
are changed, and nobody who is booked is passed over."""

import re
from collections.abc import Iterator

import pytest

from mqtt.contract import EndDay, TicketOutcome, UntoldPapers
from screen.phrases import load
from staff_console.day_end_view import untold_words
from staff_console.pages.day_end import ending
from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.conftest import MORE
from tests.staff_console.forms import (
    DAYS,
    MOBILE,
    MONDAY,
    SUNDAY,
    TUESDAY,
    WEDNESDAY,
    booked,
    rows,
    seen,
    sent,
    shift,
    shown_code,
    state,
    step_two,
)
from tests.staff_console.running import Browser, Console
from tests.store.absences import TEMPLATES
from tests.store.clinic import SITE_FILE


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    """The small clinic at eight in the morning, which also texts."""
    clinic = Clinic(tmp_path_factory.mktemp("clinic"))
    clinic.store.site_file = clinic.folder / "small.toml"
    clinic.store.site_file.write_text(SITE_FILE.read_text(encoding="utf-8") + MORE + TEMPLATES, encoding="utf-8")
    clinic.open()
    yield clinic
    clinic.close()


@pytest.fixture(scope="module")
def desk(console: Console) -> Browser:
    """A clerk of reception, who books for callers."""
    return console.browser(Role.RECEPTION)


@pytest.fixture(scope="module")
def manager(console: Console) -> Browser:
    """The manager, signed in."""
    return console.browser(Role.MANAGER)


@pytest.fixture(scope="module")
def secretary(console: Console) -> Browser:
    """A secretary, signed in."""
    return console.browser(Role.SECRETARY)


def absence(day: str, **other: str) -> dict[str, str]:
    return {"doctor": "1", "on": DAYS[day], "remedy": "cancel", "agreed_with": "خودشان، تلفنی"} | other


# ----------------------------------------------------------------------------------------------- the week


def test_the_week_begins_on_saturday_and_says_how_full_each_session_is(clinic: Clinic, desk: Browser) -> None:
    booked(clinic, desk, MONDAY)
    page = desk.page("/days")
    heads = re.findall(r'<th scope="col" class="[^"]*">\s*([^<]+?)\s*(?:<|\n)', page)
    assert [head.split()[0] for head in heads] == ["شنبه", "یکشنبه", "دوشنبه", "سه‌شنبه", "چهارشنبه", "پنجشنبه", "جمعه"]
    assert "هفتهٔ ۳۰ آبان تا ۶ آذر ۱۴۰۵" in page
    cell = re.search(rf'href="/days/{MONDAY}/11/1">(.*?)</a>', page, flags=re.DOTALL)
    assert cell is not None
    assert "۱ از ۲۰" in cell[1]


def test_another_week_is_found_by_a_jalali_date_in_any_digits_and_nonsense_is_told(secretary: Browser) -> None:
    for typed in ("1405/10/01", "۱۴۰۵/۱۰/۰۱"):
        assert "هفتهٔ ۲۸ آذر تا ۴ دی ۱۴۰۵" in secretary.client.get("/days", params={"on": typed}).text
    assert secretary.client.get("/days", params={"on": "<script>"}).headers["location"] == "/days"
    page = secretary.page("/days")
    assert "چنین تاریخی نیست" in page
    assert "<script>" not in page.replace('<script src="/static/console.js" defer></script>', "")


@pytest.mark.parametrize("path", ["/days/2026-11-23/11/3", "/days/2026-11-23/99/0", "/days/2026-11-23/11/0", "/days/nie/11/1"])
def test_a_day_of_nobody_has_no_page(secretary: Browser, path: str) -> None:
    assert secretary.client.get(path).status_code == 404


def test_walk_in_turns_are_released_in_portions(clinic: Clinic, secretary: Browser) -> None:
    here = f"/days/{SUNDAY}/12/4"
    assert sent(secretary, f"{here}/release", starts="10:00", turns="۱").headers["location"] == "/"
    page = secretary.page(here)
    assert "۱ حضوری هنوز آزاد نشده" in page
    assert rows(clinic, "SELECT who FROM audit WHERE what = 'walk_ins_released'") == [("operator:secretary",)]
    sent(secretary, f"{here}/release", starts="10:00", turns="")
    assert "هنوز آزاد نشده" not in secretary.page(here)
    for turns, starts in (("many", "10:00"), ("-1", "10:00"), ("1", "<script>"), ("1", "11:00")):
        sent(secretary, f"{here}/release", starts=starts, turns=turns)
        assert "ثبت شد" not in secretary.page(here)


def test_who_is_told_of_a_lateness_is_shown_first(clinic: Clinic, desk: Browser, secretary: Browser) -> None:
    code = booked(clinic, desk, TUESDAY, mobile="09127654321")
    here = f"/days/{TUESDAY}/11/1"
    page = seen(secretary, f"{here}/late", until="۰۹:۳۰")
    assert shown_code(code) in page
    assert "…۴۳۲۱" in page
    assert "۱ پیامک، هر یک تا ۱ بخش" in page
    assert "تأخیر تا ۹:۳۰" in page
    assert rows(clinic, "SELECT until FROM late_doctors") == []
    sent(secretary, f"{here}/late", until="09:30", sure="yes")
    assert "تا ۹:۳۰ دیر می‌آید" in secretary.page("/days")
    sent(secretary, f"{here}/late", until="")
    assert rows(clinic, "SELECT until FROM late_doctors") == []


# ----------------------------------------------------------------------------------------------- an absence


def test_an_absence_is_shown_announced_and_taken_back(clinic: Clinic, desk: Browser, secretary: Browser) -> None:
    code, silent = booked(clinic, desk, WEDNESDAY), booked(clinic, desk, WEDNESDAY, mobile="")
    page = seen(secretary, "/absence/preview", **absence(WEDNESDAY))
    assert shown_code(code) in page
    assert "…۴۵۶۷" in page
    assert "به ۱ نفر باید تلفن زد" in page
    assert "لغو: " in page
    assert MOBILE not in page
    assert [state(clinic, one) for one in (code, silent)] == ["active", "active"], "nothing is done yet"
    done = seen(secretary, "/absence/announce", **absence(WEDNESDAY), request="a" * 32)
    assert "اعلام شد" in done
    assert [state(clinic, one) for one in (code, silent)] == ["cancelled", "cancelled"]
    texts = rows(clinic, "SELECT body FROM texts WHERE dedupe_key LIKE 'absence:%' AND state = 'queued'")
    assert len(texts) == 1
    assert "نیست" in secretary.page(f"/days/{WEDNESDAY}/11/1")
    number = re.search(r'id="undo-(\d+)"', done)
    assert number is not None
    sent(secretary, "/absence/undo", absence=number[1])
    assert [state(clinic, one) for one in (code, silent)] == ["active", "active"]
    assert rows(clinic, "SELECT who FROM audit WHERE what LIKE 'absence_%' ORDER BY id") == [("operator:secretary",)] * 2


def test_an_announcement_that_makes_no_sense_is_told_in_words_and_changes_nothing(clinic: Clinic, secretary: Browser) -> None:
    for wrong, words in (
        (absence(SUNDAY, on="فردا"), "تاریخ را مانند"),
        (absence(SUNDAY, remedy="move", move_to="1405/13/01"), "روز تازه را مانند"),
        (absence(SUNDAY, on="1405/08/01"), "این روز گذشته است"),
        (absence(SUNDAY, remedy="substitute", substitute="3"), "باید از همان درمانگاه باشد"),
        (absence(SUNDAY, doctor="<script>"), "درست نیست"),
        (absence(SUNDAY, words="{secret}"), "متن پیامک درست نیست"),
        (absence(SUNDAY, agreed_with="x" * 300), "درست نیست"),
    ):
        for step in ("preview", "announce"):
            page = seen(secretary, f"/absence/{step}", **wrong)
            assert words in page, wrong
    assert rows(clinic, "SELECT count(*) FROM absences WHERE undone_at_ms IS NULL") == [(0,)]


def test_script_in_an_absence_is_text(secretary: Browser) -> None:
    page = seen(secretary, "/absence/preview", **absence(TUESDAY, agreed_with="<script>alert(1)</script>", words="<b>{code}"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page
    assert "&lt;b&gt;" in page


def test_a_secretary_cannot_close_the_site_and_the_manager_sees_all_whom_it_touches(
    clinic: Clinic, desk: Browser, secretary: Browser, manager: Browser
) -> None:
    code = booked(clinic, desk, TUESDAY, who="12:")
    closing = absence(TUESDAY, doctor="site")
    assert "همهٔ مرکز بسته است" not in secretary.page("/absence")
    for step in ("preview", "announce"):
        assert sent(secretary, f"/absence/{step}", **closing).status_code == 403
    assert shown_code(code) in seen(manager, "/absence/preview", **closing)
    undo = re.search(r'id="undo-(\d+)"', seen(manager, "/absence/announce", **closing))
    assert undo is not None
    assert sent(secretary, "/absence/undo", absence=undo[1]).status_code == 403
    assert state(clinic, code) == "cancelled"
    sent(manager, "/absence/undo", absence=undo[1])
    assert state(clinic, code) == "active"


def test_a_leave_of_some_days_is_announced_at_once_on_the_days_that_have_sessions(
    clinic: Clinic, desk: Browser, secretary: Browser
) -> None:
    codes = [booked(clinic, desk, day, who="12:4") for day in (TUESDAY, WEDNESDAY)]
    leave = absence(TUESDAY, doctor="4", last=DAYS[WEDNESDAY])
    page = seen(secretary, "/absence/preview", **leave)
    assert all(shown_code(code) in page for code in codes)
    assert "دکتر اکبری، سه‌شنبه ۳ آذر" in page
    assert "دکتر اکبری، چهارشنبه ۴ آذر" in page
    done = seen(secretary, "/absence/announce", **leave)
    assert [state(clinic, code) for code in codes] == ["cancelled"] * 2
    for number in re.findall(r'id="undo-(\d+)"', done):
        sent(secretary, "/absence/undo", absence=number)
    assert [state(clinic, code) for code in codes] == ["active"] * 2
    moved = leave | {"remedy": "move", "move_to": "1405/09/10"}
    assert "روزبه‌روز" in seen(secretary, "/absence/preview", **moved)
    for wrong in ("1405/09/02", "1405/12/01"):
        assert "روز پایانی" in seen(secretary, "/absence/preview", **(leave | {"last": wrong}))


@pytest.mark.parametrize("role", [Role.RECEPTION, Role.TECHNICIAN, Role.OFFICER])
def test_who_may_not_change_days_sees_the_week_and_no_more(console: Console, role: Role) -> None:
    browser = console.browser(role)
    assert "/absence" not in browser.page("/days")
    assert 'action="/days' not in browser.page(f"/days/{SUNDAY}/11/1")
    for path in ("/absence", "/calendar", f"/days/{SUNDAY}", f"/days/{SUNDAY}/11/1/sessions"):
        assert browser.client.get(path).status_code == 403
    here = f"/days/{SUNDAY}/11/1"
    for path in (f"{here}/late", f"{here}/release", f"{here}/sessions", f"/days/{SUNDAY}/holiday", "/absence/undo"):
        assert sent(browser, path, until="10:00", what="add", why="x", absence="1").status_code == 403


def test_a_form_that_was_made_elsewhere_is_refused(clinic: Clinic, manager: Browser) -> None:
    here = f"/days/{SUNDAY}/11/1"
    for path in ("/absence/announce", f"{here}/late", f"{here}/release", f"{here}/sessions", "/today/end", "/today/change"):
        forged = {**absence(SUNDAY), "form_token": "guessed", "sure": "yes", "until": "10:00", "what": "stop_reception"}
        assert manager.client.post(path, data=forged).status_code == 403
    assert rows(clinic, "SELECT count(*) FROM absences WHERE undone_at_ms IS NULL") == [(0,)]


# ----------------------------------------------------------------------------------------------- sessions and holidays


def test_a_shorter_session_tells_those_whose_hours_go_and_keeps_the_others(
    clinic: Clinic, desk: Browser, manager: Browser
) -> None:
    codes = [booked(clinic, desk, MONDAY, mobile=f"0912000000{number}") for number in range(4)]
    here = f"/days/{MONDAY}/11/1/sessions"
    assert 'value="08:00"' in manager.page(here)
    fields = {"scope": "day", "why": "کنگره", **shift(0, "08:00", ends="08:10", phone="1", reserve="0")}
    page = seen(manager, here, **fields)
    assert "…۰۰۰۳" in page
    assert "بیش از گنجایش تازه: ۳ نفر" in page
    assert shown_code(codes[-1]) in page
    assert [state(clinic, one) for one in codes] == ["active"] * 4
    unsure = step_two(page, sure="")
    assert "این تغییر چه می‌کند" in seen(manager, here, **unsure)
    other_remedy = step_two(page, remedy="move", move_to=DAYS[TUESDAY])
    assert "این تغییر چه می‌کند" in seen(manager, here, **other_remedy), "what was not shown is not done"
    assert [state(clinic, one) for one in codes] == ["active"] * 4
    assert sent(manager, here, **step_two(page)).headers["location"] == here.removesuffix("/sessions")
    assert [state(clinic, one) for one in codes] == ["active"] * 3 + ["cancelled"]
    assert rows(clinic, "SELECT count(*) FROM texts WHERE dedupe_key LIKE 'absence:%' AND state = 'queued'") == [(1,)]
    ((document, who),) = rows(clinic, "SELECT document, loaded_by FROM sites ORDER BY id DESC LIMIT 1")
    assert 'from = "1405/09/02"' in document
    assert "کنگره" in document
    assert who == "operator:manager"
    assert "۸:۰۰ تا ۸:۱۰" in manager.page(f"/days/{MONDAY}/11/1")


def test_a_session_more_touches_nobody_and_every_week_means_that_weekday(clinic: Clinic, manager: Browser) -> None:
    here = f"/days/{WEDNESDAY}/12/4/sessions"
    whole = {**shift(0, "10:00", starts="10:00", phone="2", walk_in="2", reserve="0"), **shift(1, starts="12:30", ends="13:30")}
    page = seen(manager, here, scope="weekly", **whole)
    assert "به نوبت هیچ‌کس دست نمی‌خورد" in page
    sent(manager, here, **step_two(page))
    assert "۱۲:۳۰ تا ۱۳:۳۰" in manager.page(f"/days/{WEDNESDAY}/12/4")
    assert "۱۲:۳۰ تا ۱۳:۳۰" in manager.page("/days/2026-12-02/12/4")
    assert "۱۲:۳۰ تا ۱۳:۳۰" not in manager.page(f"/days/{TUESDAY}/12/4")
    dropped = seen(manager, here, scope="weekly", **(whole | {"was-1": "12:30", "drop-1": "yes"}))
    sent(manager, here, **step_two(dropped))
    assert "۱۲:۳۰ تا ۱۳:۳۰" not in manager.page(f"/days/{WEDNESDAY}/12/4")


def test_bookings_of_a_department_without_doctors_are_never_dropped_by_a_change(
    clinic: Clinic, desk: Browser, manager: Browser
) -> None:
    code = booked(clinic, desk, TUESDAY, who="21:")
    here = f"/days/{TUESDAY}/21/0/sessions"
    page = seen(manager, here, scope="day", **{**shift(0, "07:30"), "drop-0": "yes"})
    assert "این درمانگاه پزشکی ندارد" in page
    assert 'id="do"' not in page
    seen(manager, here, **step_two(page))
    assert state(clinic, code) == "active"


def test_what_is_mistyped_or_refused_by_the_store_is_told(manager: Browser) -> None:
    here = f"/days/{TUESDAY}/11/1/sessions"
    assert "درست بنویسید" in seen(manager, here, scope="day", **shift(0, "08:00", phone="many"))
    assert "درست بنویسید" in seen(manager, here, scope="day", **shift(0, "08:00", starts="8"))
    overlap = {**shift(0, "08:00"), **shift(1, starts="11:00", ends="13:00")}
    assert "پذیرفته نشد" in seen(manager, here, scope="day", **overlap)
    page = seen(manager, here, scope="day", why="<script>x", **shift(0, "08:00", ends="13:00"))
    assert "<script>x" not in page
    assert "همین میان کسی تنظیمات را عوض کرد" in seen(manager, here, **step_two(page, instead_of="0" * 64))


def test_a_holiday_is_shown_told_and_taken_away_again(clinic: Clinic, desk: Browser, manager: Browser) -> None:
    code = booked(clinic, desk, WEDNESDAY, who="12:3")
    here = f"/days/{WEDNESDAY}"
    page = seen(manager, f"{here}/holiday", what="add", why="آلودگی هوا")
    assert shown_code(code) in page
    assert state(clinic, code) == "active"
    sent(manager, f"{here}/holiday", **step_two(page))
    assert state(clinic, code) == "cancelled"
    assert "آلودگی هوا" in manager.page("/days")
    undo = re.search(r'id="undo-(\d+)"', manager.page(here))
    assert undo is not None
    sent(manager, "/absence/undo", absence=undo[1])
    sent(manager, f"{here}/holiday", **step_two(seen(manager, f"{here}/holiday", what="drop")))
    assert "آلودگی هوا" not in manager.page("/days")
    assert state(clinic, code) == "active"


def test_days_are_closed_for_repairs_changed_to_shorter_ones_and_opened_again(
    clinic: Clinic, desk: Browser, manager: Browser
) -> None:
    code = booked(clinic, desk, WEDNESDAY, who="12:3")
    closed = {"what": "add", "first": "۱۴۰۵/۰۹/۰۴", "last": "1405/09/05", "why": "تعمیر برق"}
    page = seen(manager, "/calendar", **closed)
    assert shown_code(code) in page
    sent(manager, "/calendar", **step_two(page))
    assert state(clinic, code) == "cancelled"
    assert "تعمیر برق" in manager.page("/days")
    shorter = closed | {"what": "change", "place": "0", "opens": "07:00", "tickets_until": "10:00", "ends": "11:00"}
    page = seen(manager, "/calendar", **shorter)
    assert "به نوبت هیچ‌کس دست نمی‌خورد" in page
    sent(manager, "/calendar", **step_two(page))
    assert "۷:۰۰ تا ۱۱:۰۰" in manager.page("/calendar")
    sent(manager, "/calendar", **step_two(seen(manager, "/calendar", what="drop", place="0")))
    assert "تعمیر برق" not in manager.page("/calendar")


def test_the_known_holidays_reach_as_far_as_somebody_says_and_nonsense_changes_nothing(
    clinic: Clinic, manager: Browser
) -> None:
    before = rows(clinic, "SELECT count(*) FROM sites")
    for wrong in (
        {"what": "loaded", "last": "1407/13/01"},
        {"what": "add", "first": "1405/09/05", "last": "1405/09/04", "why": "x"},
        {"what": "add", "first": "1405/09/05", "why": ""},
        {"what": "add", "first": "1405/09/05", "why": "x", "opens": "7"},
        {"what": "burn"},
    ):
        assert "درست بنویسید" in seen(manager, "/calendar", **wrong), wrong
    assert "عوض نمی‌شود" in seen(manager, "/calendar", what="drop", place="9")
    assert rows(clinic, "SELECT count(*) FROM sites") == before
    sent(manager, "/calendar", **step_two(seen(manager, "/calendar", what="loaded", last="1407/12/29")))
    assert "تا ۲۹ اسفند ۱۴۰۷" in manager.page("/calendar")
    assert manager.client.get("/calendar", params={"on": "1405/09/04"}).headers["location"] == f"/days/{WEDNESDAY}"
    assert manager.client.get("/calendar", params={"on": "<script>"}).headers["location"] == "/calendar"


# ----------------------------------------------------------------------------------------------- the end of the day


@pytest.mark.parametrize(
    ("untold", "words"),
    [
        (UntoldPapers(kiosk="kiosk-1", tickets=12), "kiosk-1: ۱۲ قبض"),
        (UntoldPapers(kiosk="kiosk-2"), "kiosk-2: پس از برگرداندن دفتر قدیمی هنوز قبض‌هایش را گزارش نکرده است"),
    ],
)
def test_a_kiosk_that_keeps_a_day_from_ending_is_told_in_the_readers_language(untold: UntoldPapers, words: str) -> None:
    assert untold_words(untold, load("fa")) == words


def test_the_day_ends_with_an_outcome_for_each_and_opens_again(clinic: Clinic, reception: Browser) -> None:
    first, second, third = (clinic.walk_in(11) for _ in range(3))
    reception.until(f'data-number="{third}"', "/today")
    sent(reception, "/today/change", what="stop_reception", back="/today")
    reception.until("پایان پذیرش؛ فراخوان", "/today")
    sent(reception, "/today/change", what="resume_reception")
    reception.until("پذیرش باز است", "/today")
    shown = re.search(r'name="service_day" value="(\d+)"', reception.page("/today"))
    assert shown is not None
    chosen = {"service_day": shown[1], f"outcome-{first}": "left", f"outcome-{second}": "comes_another_day"}
    page = seen(reception, "/today/preview", **chosen, **{f"outcome-{third}": "<script>"})
    assert "روز این‌گونه پایان یابد" in page
    assert "<script>alert" not in page
    newcomers = seen(reception, "/today/end", **chosen)
    assert "در این میان کسی افزوده شد" in newcomers
    assert rows(clinic, "SELECT count(*) FROM service_days WHERE ended_at_ms IS NULL") == [(1,)]
    sent(reception, "/today/end", **chosen, **{f"outcome-{third}": "served"})
    ended = rows(
        clinic, "SELECT outcome FROM tickets WHERE number IN (?, ?, ?) ORDER BY number", *map(str, (first, second, third))
    )
    assert ended == [("left",), ("comes_another_day",), ("served",)]
    reception.until("روز پذیرش بسته است", "/today")
    sent(reception, "/today/change", what="open_day")
    reception.until("پذیرش باز است", "/today")
    whos = rows(clinic, "SELECT DISTINCT who FROM audit WHERE what IN ('day_ended', 'reception_stopped')")
    assert whos == [("operator:reception",)]


def test_a_house_full_of_people_ends_in_one_request() -> None:
    few = dict.fromkeys(range(100, 110), "left")
    assert ending(few, 7, without_kiosks=False) == EndDay(
        service_day=7, outcomes=tuple(TicketOutcome(number=number, outcome="left") for number in few)
    )
    assert ending(few, 7, without_kiosks=True).outcome_for_waiting == "day_closed"
    many = dict.fromkeys(range(100, 900), "comes_another_day") | {100: "served"}
    asked = ending(many, 7, without_kiosks=False)
    assert asked == EndDay(
        service_day=7, outcomes=(TicketOutcome(number=100, outcome="served"),), outcome_for_waiting="comes_another_day"
    )


def test_one_outcome_may_be_chosen_for_all_and_a_secretary_ends_no_day(
    clinic: Clinic, secretary: Browser, reception: Browser
) -> None:
    number = clinic.walk_in(11)
    reception.until(f'data-number="{number}"', "/today")
    page = seen(reception, "/today/preview", **{f"outcome-{number}": "left"}, for_all="absent")
    assert f'name="outcome-{number}" value="absent"' in page
    assert secretary.client.get("/today").status_code == 403
    assert sent(secretary, "/today/end").status_code == 403
    assert not sent(reception, "/today/change", what="burn").headers["location"].startswith("/today/change")
