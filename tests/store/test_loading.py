"""Loading a site file: in one step, told in sentences, leaving nobody behind."""

import hashlib
from pathlib import Path

import pytest

from booking_store.answering import Incoming
from booking_store.site_history import load as one_load
from booking_store.site_history import newest
from mqtt.contract import (
    Answer,
    Book,
    Booked,
    CallNext,
    CheckIn,
    Loaded,
    LoadSite,
    PointState,
    Press,
    Reason,
    Refusal,
    Request,
    SiteCard,
    TakeWalkIn,
    TicketGiven,
)
from tests.store.clinic import SITE_FILE, SUNDAY, Clinic, moment_ms

TEXT = SITE_FILE.read_text(encoding="utf-8")


@pytest.fixture
def load(tmp_path: Path, any_clinic: Clinic) -> "Loader":
    return Loader(tmp_path / "site.toml", any_clinic)


class Loader:
    """Writes a changed site file and loads it."""

    def __init__(self, path: Path, clinic: Clinic) -> None:
        self.path, self.clinic = path, clinic

    def __call__(self, *changes: tuple[str, str], dry_run: bool = False) -> Answer:
        text = TEXT
        for old, new in changes:
            assert old in text, old
            text = text.replace(old, new)
        self.path.write_text(text, encoding="utf-8")
        sha256 = hashlib.sha256(self.path.read_bytes()).hexdigest()
        return self.clinic.ask("operator", LoadSite(path=str(self.path), sha256=sha256, dry_run=dry_run))


def detail(answer: Answer) -> str:
    assert isinstance(answer, Refusal), answer
    assert answer.reason is Reason.BAD_SITE_FILE
    return answer.detail


def test_a_change_is_in_force_at_once_told_and_on_every_screen(any_clinic: Clinic, load: Loader) -> None:
    answer = load(('fa = "داخلی"', 'fa = "طب داخلی"'))
    assert answer == Loaded(changes=("department 11, name, fa: داخلی is now طب داخلی",))
    card = any_clinic.published["site", ""]
    assert isinstance(card, SiteCard)
    assert card.departments[0].name.fa == "طب داخلی"
    assert card.departments[0].stages == any_clinic.site.departments[0].stages
    any_clinic.restart()
    assert any_clinic.site.departments[0].name.fa == "طب داخلی"


def test_the_same_file_does_nothing(any_clinic: Clinic, load: Loader) -> None:
    before = any_clinic.one("SELECT count(*) AS loaded FROM sites").loaded
    assert load() == Loaded(changes=())
    assert any_clinic.one("SELECT count(*) AS loaded FROM sites").loaded == before


def test_a_dry_run_tells_and_does_nothing(any_clinic: Clinic, load: Loader) -> None:
    answer = load(('fa = "قلب"', 'fa = "قلب و عروق"'), dry_run=True)
    assert answer == Loaded(changes=("department 12, name, fa: قلب is now قلب و عروق",))
    assert any_clinic.site.departments[1].name.fa == "قلب"


def test_a_bad_file_changes_nothing_and_every_mistake_is_told(any_clinic: Clinic, load: Loader) -> None:
    told = detail(load(("booked_range = [200, 249]", "booked_range = [190, 249]"), ("label = 2", "label = 2\nlabl = 2")))
    assert told.count('unknown key; did you mean "label"?') == 2
    assert "meets departments[0].walk_in_range" in told
    assert any_clinic.site.departments[1].booked_range.first == 200


def test_a_file_that_changed_since_it_was_checked_is_not_loaded(clinic: Clinic) -> None:
    assert "has changed since" in detail(clinic.ask("operator", LoadSite(path=str(SITE_FILE), sha256="0" * 64)))


def test_a_file_that_is_not_there_is_told_of(clinic: Clinic) -> None:
    told = detail(clinic.ask("operator", LoadSite(path="/nowhere.toml", sha256="0" * 64)))
    assert told == "/nowhere.toml: cannot be read: No such file or directory"


def test_another_sites_file_is_not_loaded(load: Loader) -> None:
    assert 'serves the site "small"' in detail(load(('id = "small"', 'id = "kosar"')))


def test_a_file_that_would_leave_somebody_without_a_counter_is_refused(any_clinic: Clinic, load: Loader) -> None:
    number = any_clinic.walk_in()
    state = any_clinic.published["point", "counter-1"]
    assert isinstance(state, PointState)
    any_clinic.ask("counter-1", Press(point="counter-1", epoch=state.epoch, revision=state.revision, act=CallNext()))
    assert f"counter-1 has number {number} now" in detail(load(('"counter-1"', '"counter-9"')))


def test_a_file_that_no_point_serves_a_waiting_ticket_by_is_refused(any_clinic: Clinic, load: Loader) -> None:
    number = any_clinic.walk_in()
    told = detail(load(('"reception"', '"registration"')))
    assert f"number {number} is at stage reception, which no point would serve" in told


def test_an_absence_reaches_who_booked_before_it_was_known(any_clinic: Clinic, load: Loader) -> None:
    booked = any_clinic.ask("operator", Book(department=11))
    assert isinstance(booked, Booked)
    absence = '\n[[doctors.overrides]]\nfrom = "1405/09/01"\nabsent = true\nwhy = "leave"\n\n[[doctors]]\ncode = 3'
    assert isinstance(load(("\n[[doctors]]\ncode = 3", absence)), Loaded)
    refusal = any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=any_clinic.day))
    assert isinstance(refusal, Refusal)
    assert (refusal.reason, refusal.date) == (Reason.DOCTOR_ABSENT, SUNDAY.isoformat())
    walk_in = any_clinic.ask("kiosk-1", TakeWalkIn(department=11, service_day=any_clinic.day))
    assert isinstance(walk_in, Refusal)
    assert walk_in.reason in (Reason.NO_SESSION, Reason.DOCTOR_ABSENT)
    assert isinstance(load(), Loaded)
    assert isinstance(any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=any_clinic.day)), TicketGiven)
    any_clinic.walk_in(11)


@pytest.mark.parametrize("begins", ["08:30", "07:30"])
def test_a_session_that_begins_at_another_time_is_the_same_session(any_clinic: Clinic, load: Loader, begins: str) -> None:
    booked = any_clinic.ask("operator", Book(department=11, doctor=1, mobile="09121234567", date=SUNDAY.isoformat()))
    assert isinstance(booked, Booked)
    assert isinstance(load(('starts = "08:00", ends = "12:00"', f'starts = "{begins}", ends = "12:00"')), Loaded)
    row = any_clinic.one("SELECT starts_at_ms FROM sessions WHERE doctor = 1 AND NOT withdrawn")
    assert row.starts_at_ms == moment_ms(begins)
    ticket = any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=any_clinic.day))
    assert isinstance(ticket, TicketGiven)


def test_a_session_at_another_end_of_the_day_is_another_one(any_clinic: Clinic, load: Loader) -> None:
    booked = any_clinic.ask("operator", Book(department=11, doctor=1, mobile="09121234567", date=SUNDAY.isoformat()))
    assert isinstance(booked, Booked)
    load(('starts = "08:00", ends = "12:00"', 'starts = "12:00", ends = "13:30"'))
    assert any_clinic.one("SELECT starts_at_ms FROM sessions WHERE doctor = 1 AND withdrawn").starts_at_ms == moment_ms("08:00")
    refusal = any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=any_clinic.day))
    assert isinstance(refusal, Refusal)
    load()
    assert any_clinic.one("SELECT starts_at_ms FROM sessions WHERE doctor = 1 AND NOT withdrawn").starts_at_ms == moment_ms(
        "08:00"
    )
    assert isinstance(any_clinic.ask("kiosk-1", CheckIn(code=booked.code, service_day=any_clinic.day)), TicketGiven)


def test_a_bigger_share_is_there_for_the_next_walk_in(any_clinic: Clinic, load: Loader) -> None:
    load(("phone = 5, walk_in = 3", "phone = 5, walk_in = 7"))
    numbers = [any_clinic.walk_in(21, "kiosk-1" if count % 2 else "kiosk-2") for count in range(7)]
    assert len(set(numbers)) == 7


def test_a_new_point_can_call(any_clinic: Clinic, load: Loader) -> None:
    counter = 'id = "counter-3"\nkind = "counter"\nlabel = 3\nzone = "hall-1"\nstages = ["reception"]'
    kiosk = '[[devices]]\nid = "kiosk-1"'
    answer = load((kiosk, f"[[points]]\n{counter}\n\n{kiosk}"))
    assert answer == Loaded(changes=("point counter-3: new",))
    assert isinstance(any_clinic.published["point", "counter-3"], PointState)


def test_only_the_staff_loads(clinic: Clinic) -> None:
    refusal = clinic.ask("kiosk-1", LoadSite(path=str(SITE_FILE), sha256="0" * 64))
    assert isinstance(refusal, Refusal)
    assert refusal.reason is Reason.NOT_ALLOWED


def test_who_edited_a_file_that_is_no_longer_in_force_is_told_and_undoes_nobodys_work(
    any_clinic: Clinic, load: Loader, tmp_path: Path
) -> None:
    """Two managers open the settings; the second one's «ثبت» must not put the first one's change away."""
    seen = any_clinic.one("SELECT sha256 FROM sites ORDER BY id DESC LIMIT 1").sha256
    assert isinstance(load(('fa = "داخلی"', 'fa = "طب داخلی"')), Loaded)
    mine = tmp_path / "mine.toml"
    mine.write_text(TEXT.replace('fa = "قلب"', 'fa = "قلب و عروق"'), encoding="utf-8")
    sha256 = hashlib.sha256(mine.read_bytes()).hexdigest()
    for dry_run in (True, False):
        refusal = any_clinic.ask("operator", LoadSite(path=str(mine), sha256=sha256, dry_run=dry_run, instead_of=seen))
        assert isinstance(refusal, Refusal)
        assert refusal.reason is Reason.STALE
    assert [any_clinic.site.departments[place].name.fa for place in (0, 1)] == ["طب داخلی", "قلب"]
    now = any_clinic.one("SELECT sha256 FROM sites ORDER BY id DESC LIMIT 1").sha256
    assert isinstance(any_clinic.ask("operator", LoadSite(path=str(mine), sha256=sha256, instead_of=now)), Loaded)


def test_the_ledger_knows_which_account_loaded_a_file_by_the_pages(any_clinic: Clinic, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT.replace('fa = "قلب"', 'fa = "قلب و عروق"'), encoding="utf-8")
    asked = LoadSite(path=str(file), sha256=hashlib.sha256(file.read_bytes()).hexdigest())
    request = Request(id="by-sara", operation=asked, boot="boot-1", by="sara")
    any_clinic.store.handle_batch([Incoming("operator", request)], any_clinic.now)
    assert any_clinic.one("SELECT loaded_by FROM sites ORDER BY id DESC LIMIT 1").loaded_by == "operator:sara"
    assert any_clinic.one("SELECT who FROM audit WHERE what = 'site_loaded' ORDER BY id DESC LIMIT 1").who == "operator:sara"


def test_the_history_has_every_file_that_was_loaded_the_one_in_force_first(any_clinic: Clinic, load: Loader) -> None:
    load(('fa = "داخلی"', 'fa = "طب داخلی"'))
    load(('fa = "داخلی"', 'fa = "طب داخلی"'))  # says what is in force already
    any_clinic.at("08:10")
    load(('fa = "داخلی"', 'fa = "پزشکی داخلی"'))
    connection = any_clinic.ledger.connection
    with connection.begin():
        third, second, first = newest(connection, 5)
        assert newest(connection, 1) == (third,)
        assert newest(connection, 5, before=third.number) == (second, first)
        assert one_load(connection, second.number) == second
        assert one_load(connection, 99) is None
    assert "پزشکی داخلی" in third.document
    assert third.sha256 == hashlib.sha256(third.document.encode()).hexdigest()
    assert third.loaded_at_ms > second.loaded_at_ms
    assert third.who == "operator"
    assert first.document == TEXT
