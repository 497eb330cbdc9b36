"""`nobat letter` and `nobat office`: one word of a letter, a key that is made once, a PIN, and counts that name nobody."""

import csv
import json
import stat
from collections.abc import Iterator
from datetime import datetime
from io import StringIO
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from booking_store.seal import Seal, make_key
from command_line.doctor.finding import Finding, State
from command_line.doctor.site import _office_key
from command_line.operator import read_operator_settings
from mqtt.contract import Changed
from mqtt.office_contract import LetterStands, SetPin, UseLetter
from tests.broker import RunningBroker
from tests.command_line.clinic import Nobat, Said
from tests.store.clinic import moment_ms
from tests.store.office import OFFICE, PIN, SITE_FILE, InsuranceOffice, family
from tests.store.running import RunningStore


class OfficeStore(RunningStore):
    """The office's store as a process of its own, with its key."""

    def command(self) -> list[str]:
        key = self.errors.with_name("identity.key")
        return [*("office" if word == "small" else word for word in super().command()), "--identity-key", str(key)]


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InsuranceOffice]:
    """An office with one letter in hand; every command asks at ten on its day."""
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    opened = InsuranceOffice(lambda: Ledger.open(url, moment_ms("06:00")))
    (tmp_path / "operator.toml").write_text(f'site = "office"\ndatabase = "{url}"\n', encoding="utf-8")
    monkeypatch.setenv("NOBAT_OPERATOR", str(tmp_path / "operator.toml"))
    for module in ("command_line.letter", "command_line.office"):
        monkeypatch.setattr(f"{module}.time.time", lambda: moment_ms("10:00") / 1000)
    yield opened
    opened.ledger.close()


def test_a_letter_is_verified_by_its_code_in_any_digits_and_nothing_else_is_said(office: InsuranceOffice, nobat: Nobat) -> None:
    case = office.handed(office.opens())
    assert case.code is not None
    persian = case.code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert nobat("letter", "verify", f"{persian[:5]} {persian[5:]}").out == "valid\n"
    assert office.ask(SetPin(service_office=OFFICE, pin=PIN)) == Changed()
    assert isinstance(office.ask(UseLetter(code=case.code, service_office=OFFICE, pin=PIN)), LetterStands)
    said = nobat("letter", "verify", case.code)
    assert (said.status, said.out) == (1, "used\n")
    said = nobat("letter", "verify", "1234567890")
    assert (said.status, said.err) == (1, "nobat: no letter has this code\n")


def test_a_key_is_made_once_and_is_its_owners_alone(nobat: Nobat, tmp_path: Path) -> None:
    path = tmp_path / "identity.key"
    assert nobat("office", "key", path).status == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first = path.read_bytes()
    said = nobat("office", "key", path)
    assert (said.status, "nothing was changed" in said.err, path.read_bytes()) == (2, True, first)
    assert len(Seal.read(path).name) == 64


def enrolled(nobat: Nobat, folder: Path) -> Said:
    """`nobat enroll` on the office's machine; its site file is in its place."""
    (folder / "etc/sites").mkdir(parents=True, exist_ok=True)
    (folder / "etc/sites/office.toml").write_bytes(SITE_FILE.read_bytes())
    (folder / "etc/broker").mkdir(exist_ok=True)
    return nobat("enroll", "--server", "192.0.2.10", "--site-folder", folder / "etc")


def test_enrolling_makes_an_offices_key_once_and_none_where_the_ledger_lost_its_own(
    office: InsuranceOffice, nobat: Nobat, tmp_path: Path
) -> None:
    key = tmp_path / "etc/credentials/identity"
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/operator.toml").write_text((tmp_path / "operator.toml").read_text())
    said = enrolled(nobat, tmp_path)
    assert (said.status, "Keep a copy of it" in said.out) == (0, True)
    first = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "key" not in enrolled(nobat, tmp_path).out
    assert key.read_bytes() == first
    office.opens()  # sealed with a key, of which nothing is left here
    key.unlink()
    said = enrolled(nobat, tmp_path)
    assert (said.status, "put it back from its safe place" in said.err) == (0, True)
    assert not key.exists()


def test_the_doctor_tells_a_key_that_is_missing_from_one_that_is_another_ledgers(
    office: InsuranceOffice, nobat: Nobat, tmp_path: Path
) -> None:
    settings, key = read_operator_settings(None), tmp_path / "identity"

    def found() -> Finding:
        (finding,) = _office_key(settings, key)
        return finding

    assert (found().state, "nobat enroll makes one" in found().do) == (State.ILL, True)
    make_key(key)
    assert found().state is State.WELL
    key.chmod(0o644)
    assert (found().state, "others may read" in found().says) == (State.ILL, True)
    key.chmod(0o600)
    office.opens()
    assert (found().state, "sealed with another" in found().says) == (State.ILL, True)
    key.unlink()
    assert (found().state, "safe place" in found().do) == (State.ILL, True)


def test_statistics_leave_without_small_counts_unless_they_stay_inside(office: InsuranceOffice, nobat: Nobat) -> None:
    for _ in range(6):
        office.opens()
    office.handed(office.opens(family(county="saveh")))
    rows = list(csv.DictReader(StringIO(nobat("office", "statistics", "--format", "csv").out)))
    assert {(row["word"], row["count"]) for row in rows if row["table"] == "cases_by_county"} == {
        ("arak", "<5"),
        ("saveh", "<5"),
    }
    inside = json.loads(nobat("office", "statistics", "--cycle", "12", "--inside", "--format", "json").out)
    assert (inside["cases_by_county"], inside["opened"]) == ({"arak": 6, "saveh": 1}, 7)
    assert inside["letters"]["handed_over"] == 1
    outside = json.loads(nobat("office", "statistics", "--cycle", "12", "--format", "json").out)
    assert (outside["opened"], outside["decided"], outside["fees_rials"]) == (5, "<5", "<5"), "one paid, and was decided about"
    assert "5 cases" in nobat("office", "statistics", "--month", "1405/09").out
    assert nobat("office", "statistics", "--month", "1405/13").status == 2
    assert nobat("office", "statistics", "--cycle", "99").status == 1


def test_the_month_begins_with_the_offices_own_night(
    office: InsuranceOffice, nobat: Nobat, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_in_the_morning = datetime.fromisoformat("2026-11-22T01:00+03:30").timestamp()
    monkeypatch.setattr("command_line.office.time.time", lambda: one_in_the_morning)
    this_month = json.loads(nobat("office", "statistics", "--format", "json").out)
    assert this_month["from"] == "1405/09/01", "in UTC it is the month before"


def test_a_service_offices_pin_reaches_the_running_store(nobat: Nobat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broker = RunningBroker(tmp_path / "broker")
    broker.start()
    store = OfficeStore(broker, tmp_path, site_file=SITE_FILE)
    assert nobat("office", "key", tmp_path / "identity.key").status == 0
    store.start()
    login = broker.login("operator")
    (tmp_path / "operator.toml").write_text(
        f'site = "office"\ndatabase = "{store.url}"\n[broker]\nport = {login.port}\npassword_file = "{login.password_file}"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("NOBAT_OPERATOR", str(tmp_path / "operator.toml"))
    monkeypatch.setattr("typer.prompt", lambda *_, **__: PIN)
    try:
        said = nobat("office", "pin", OFFICE)
        while said.status == 1 and "does not answer" in said.err:  # it makes its tables first
            said = nobat("office", "pin", OFFICE)
        assert (said.status, said.out) == (0, f"{OFFICE}: its PIN is set.\n"), said.err + store.log()
        said = nobat("office", "pin", "99")
        assert (said.status, "do not have this choice" in said.err) == (2, True)
        assert PIN not in store.log()
        store.end()
        (tmp_path / "identity.key").unlink()
        assert nobat("office", "key", tmp_path / "identity.key").status == 0
        store.start()
        assert store.wait() == 1
        assert "sealed with another key" in store.log()
        (tmp_path / "identity.key").write_text("none")  # as its unit gives it, where the key's file is not there
        store.start()
        said = nobat("office", "pin", OFFICE)
        while said.status == 1 and "does not answer" in said.err:
            said = nobat("office", "pin", OFFICE)
        assert "--identity-key" in said.err
        assert "tickets are given and called, cases refused" in store.log()
    finally:
        if store._process is not None and store._process.poll() is None:
            store.kill()
        broker.kill()
