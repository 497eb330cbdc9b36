"""`nobat texts`: what a technician sees of the texts, and never a patient's number or code by accident."""

import csv
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest

from command_line.operator import Desk, OperatorSettings
from mqtt.contract import Book, Booked, Changed, TakeTexts, TextOutcome, TextResult, Texts
from tests.broker import RunningBroker
from tests.command_line.clinic import Nobat
from tests.phone_line.clinic import store_with_a_telephone
from tests.store.running import RunningStore

SECONDS = 30.0


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStore]:
    """The small clinic with a telephone: one text was refused, one accepted, one waits."""
    folder = tmp_path_factory.mktemp("texting")
    broker = RunningBroker(folder / "broker")
    broker.start()
    running = store_with_a_telephone(broker, folder)
    running.start()
    for mobile in ("09121112233", "09124445566", "09127778899"):
        assert isinstance(ask(running, "operator", Book(department=11, doctor=1, mobile=mobile)), Booked)
    for outcome in (TextOutcome.REFUSED, TextOutcome.ACCEPTED):
        taken = ask(running, "phone-1", TakeTexts(most=1))
        assert isinstance(taken, Texts)
        (text,) = taken.to_send
        told = TextResult(text=text.id, attempt=text.attempt, outcome=outcome, gateway="kavenegar", error="status 411")
        assert isinstance(ask(running, "phone-1", told), Changed)
    yield running
    running.kill()
    broker.kill()


def ask(store: RunningStore, device: str, operation: object) -> object:
    """One question from one device."""
    desk = Desk(OperatorSettings(site="small", database=store.url, device=device, broker=store.broker.login(device)))
    try:
        desk.connect()
        return desk.ask(operation, SECONDS)  # type: ignore[arg-type]
    finally:
        desk.close()


@pytest.fixture(autouse=True)
def operator(store: RunningStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "operator.toml"
    login = store.broker.login("operator")
    path.write_text(
        f'site = "small"\ndatabase = "{store.url}"\n[broker]\nport = {login.port}\npassword_file = "{login.password_file}"\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("NOBAT_OPERATOR", str(path))


def test_the_outbox_is_listed_newest_first_with_its_failures_and_no_whole_number(nobat: Nobat) -> None:
    said = nobat("texts")
    assert said.status == 0
    newest, accepted, refused = (line.split() for line in said.out.splitlines() if "…" in line)
    assert ("queued" in newest, "…8899" in newest) == (True, True)
    assert ("accepted" in accepted, "…5566" in accepted, "kavenegar" in accepted) == (True, True, True)
    assert ("failed" in refused, "411" in " ".join(refused)) == (True, True)
    assert "1 accepted, 1 failed, 1 queued" in said.out
    assert "0912" not in said.out


def test_failures_are_listed_alone_for_programs_too(nobat: Nobat) -> None:
    (row,) = csv.DictReader(StringIO(nobat("texts", "--failed", "--format", "csv").out))
    assert (row["state"], row["mobile"], row["error"], row["next"]) == ("failed", "…2233", "status 411", "")
    assert row["written"].startswith("1405/09/01 08:")
    (row,) = json.loads(nobat("texts", "--last", "1", "--numbers", "--format", "json").out)
    assert (row["state"], row["mobile"], row["kind"]) == ("queued", "09127778899", "booked")
    assert "body" not in row


def test_a_list_of_eighty_columns_cuts_off_no_number_and_no_error(nobat: Nobat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    said = nobat("texts", "--numbers")
    assert all(mobile in said.out for mobile in ("09121112233", "09124445566", "09127778899"))
    assert "accepted" in said.out
    assert "…" not in said.out  # how a table says that it left something out


def test_only_what_failed_is_sent_again(nobat: Nobat) -> None:
    said = nobat("texts", "retry", 2)
    assert (said.status, "accepted" in said.err) == (1, True)
    assert nobat("texts", "retry", 1).out == "Text 1 is sent again.\n"
    assert json.loads(nobat("texts", "--failed", "--format", "json").out) == []
    assert nobat("texts", "retry", 99).status == 2


def test_every_gateway_is_tried_with_a_text_to_oneself(nobat: Nobat, tmp_path: Path) -> None:
    device = tmp_path / "phone-1.toml"
    file = f'[[gateways]]\nkind = "file"\npath = "{tmp_path / "texts.jsonl"}"\n'
    modem = f'[[gateways]]\nkind = "gammu"\nfolder = "{tmp_path / "no modem"}"\n'
    device.write_text(f'device = "phone-1"\nsite = "small"\n[agi]\nkey_file = "key"\n{file}', encoding="utf-8")
    said = nobat("texts", "try", "۰۹۱۲۱۱۱۲۲۳۳", "--device", device)
    assert (said.status, said.out) == (0, "file: accepted\n")
    assert '"to": "09121112233"' in (tmp_path / "texts.jsonl").read_text(encoding="utf-8")
    device.write_text(device.read_text(encoding="utf-8") + modem, encoding="utf-8")
    said = nobat("texts", "try", "09121112233", "--device", device)
    assert (said.status, said.out.splitlines()[1]) == (1, "gammu: try again (its outbox: No such file or directory)")


def test_a_telephones_file_that_is_not_there_is_named_once(nobat: Nobat, tmp_path: Path) -> None:
    device = tmp_path / "phone-1.toml"
    said = nobat("texts", "try", "09121112233", "--device", device)
    assert (said.status, said.err) == (2, f"nobat: {device}: No such file or directory\n")


def test_a_key_that_others_may_read_is_named_when_gateways_are_tried(nobat: Nobat, tmp_path: Path) -> None:
    key = tmp_path / "kavenegar"
    key.write_text("s3cret", encoding="utf-8")
    key.chmod(0o644)
    device = tmp_path / "phone-1.toml"
    gateway = f'[[gateways]]\nkind = "kavenegar"\nsender = "2000"\nsecret_file = "{key}"\n'
    device.write_text(f'device = "phone-1"\nsite = "small"\n[agi]\nkey_file = "key"\n{gateway}', encoding="utf-8")
    said = nobat("texts", "try", "09121112233", "--device", device)
    assert (said.status, f"chmod 600 {key}" in said.err, "s3cret" in said.err) == (2, True, False)
    assert nobat("texts", "try", "08632240066", "--device", device).status == 2
