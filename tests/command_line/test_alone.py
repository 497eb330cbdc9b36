"""Commands where something is away: no store, no broker, no settings, another's ledger."""

import fcntl
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from command_line import operator, reach
from command_line.operator import FailedError, OperatorSettings
from command_line.reach import ask_store
from mqtt.contract import Answer, Operation
from tests.command_line.clinic import Clinic, Nobat
from tests.store.clinic import SITE_FILE, moment_ms


@pytest.fixture
def quiet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """A clinic's folder and settings on a machine where nothing runs yet."""
    quiet = Clinic(tmp_path)
    monkeypatch.setenv("NOBAT_OPERATOR", str(quiet.operator))
    return quiet


@pytest.fixture
def nothing_runs(quiet: Clinic, monkeypatch: pytest.MonkeyPatch) -> Clinic:
    """The same, for tests that start nothing: a broker that is not there is not waited for so long."""
    monkeypatch.setattr(operator, "CONNECT_WITHIN_SECONDS", 1.0)
    return quiet


@pytest.mark.usefixtures("nothing_runs")
def test_the_first_load_makes_the_ledger_before_any_store_ran(nobat: Nobat, tmp_path: Path) -> None:
    first = nobat("load", SITE_FILE)
    assert first.status == 0
    assert "the first site file: 3 departments" in first.out
    assert first.err == "No store runs: this was done in the ledger, and holds when one starts.\n"
    assert (tmp_path / "ledger.sqlite").is_file()
    again = nobat("load", SITE_FILE)
    assert (again.out, again.err) == ("Nothing changed.\n", "")


@pytest.mark.usefixtures("nothing_runs")
def test_who_only_looks_at_what_a_site_file_would_change_is_not_told_that_it_was_done(nobat: Nobat) -> None:
    looked = nobat("load", SITE_FILE, "--dry-run")
    assert looked.status == 0
    assert "the first site file" in looked.out
    assert looked.err == ""
    assert "the first site file" in nobat("load", SITE_FILE).out


@pytest.mark.usefixtures("nothing_runs")
def test_loading_shows_how_long_each_text_can_become(nobat: Nobat, tmp_path: Path) -> None:
    file = tmp_path / "texts.toml"
    words = f'[texts.templates]\nbooked = "{{code}} {{weekday}}"\nlate = "{"م" * 66} {{until}}"\n'
    file.write_text(SITE_FILE.read_text(encoding="utf-8") + words, encoding="utf-8")
    assert nobat("load", file).out.splitlines()[-2:] == [
        "text booked: up to 17 letters, 1 part",
        "text late: up to 72 letters, 2 parts",
    ]


@pytest.mark.usefixtures("nothing_runs")
def test_a_place_is_booked_where_no_store_runs(nobat: Nobat) -> None:
    assert nobat("load", SITE_FILE).status == 0
    assert nobat("book", "--department", 11, "--doctor", 1).status == 0
    refused = nobat("book", "--department", 99)
    assert refused.status == 2
    assert "this was done" not in refused.err


@pytest.mark.usefixtures("nothing_runs")
def test_booking_makes_no_ledger(nobat: Nobat, tmp_path: Path) -> None:
    said = nobat("book", "--department", 11)
    assert said.status == 1
    assert "cannot reach the broker" in said.err
    assert "there is no ledger" in said.err
    assert not (tmp_path / "ledger.sqlite").exists()


def test_with_a_broker_and_no_store_the_ledger_is_asked(nobat: Nobat, quiet: Clinic) -> None:
    quiet.broker.start()
    try:
        assert nobat("load", SITE_FILE).status == 0
    finally:
        quiet.broker.kill()


def test_a_ledger_that_another_holds_is_left_alone(nobat: Nobat, nothing_runs: Clinic) -> None:
    ledger = Ledger.open(nothing_runs.store.url, moment_ms("08:00"))
    try:
        said = nobat("load", SITE_FILE)
    finally:
        ledger.close()
    assert said.status == 1
    assert "cannot reach the broker" in said.err
    assert "the ledger is held, by a store out of reach or another command: ask again" in said.err


def test_another_command_that_held_the_ledger_for_a_moment_is_waited_for(
    nobat: Nobat, nothing_runs: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert nobat("load", SITE_FILE).status == 0
    other = Ledger.open(nothing_runs.store.url, moment_ms("08:00"))
    ids: list[str | None] = []

    def ask(settings: OperatorSettings, operation: Operation, request: str | None = None) -> Answer:
        ids.append(request)
        if len(ids) == 2:
            other.close()
        return ask_store(settings, operation, request)

    monkeypatch.setattr(reach, "ask_store", ask)
    said = nobat("book", "--department", 11)
    assert (said.status, len(ids)) == (0, 2), said.err
    assert len(set(ids)) == 1, "a store that was only slow does it once"


def test_a_store_that_starts_just_then_is_asked(nobat: Nobat, nothing_runs: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    def ask(settings: OperatorSettings, operation: Operation, request: str | None = None) -> Answer:
        nonlocal asked
        asked += 1
        try:
            return ask_store(settings, operation, request)
        except FailedError:
            monkeypatch.setattr(operator, "CONNECT_WITHIN_SECONDS", 5.0)
            nothing_runs.open()
            raise

    monkeypatch.setattr(reach, "ask_store", ask)
    try:
        said = nobat("book", "--department", 11)
    finally:
        nothing_runs.close()
    assert (said.status, said.err, asked) == (0, "", 2)


def test_a_ledger_that_cannot_be_used_is_told(nobat: Nobat, nothing_runs: Clinic, tmp_path: Path) -> None:
    (tmp_path / "ledger.sqlite").write_bytes(b"no database at all")
    assert "damaged" in nobat("load", SITE_FILE).err
    for reading in (("report",), ("waiting",), ("backup", "--to", ".")):
        assert "put the newest good copy in its place with nobat restore" in nobat(*reading).err
    nothing_runs.write_operator_file(database="postgresql://nobody@127.0.0.1:1/none")
    assert nobat("report").status == nobat("load", SITE_FILE).status == 1


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize("asked", [("report",), ("waiting",), ("book", "--department", 11), ("backup", "--to", ".")])
def test_where_a_ledger_is_lost_everybody_says_what_the_store_says(
    nobat: Nobat, tmp_path: Path, asked: tuple[object, ...]
) -> None:
    assert nobat("load", SITE_FILE).status == 0
    for part in tmp_path.glob("ledger.sqlite*"):
        if part.suffix != ".lock":
            part.unlink()
    said = nobat(*asked)
    assert said.status == 1
    assert "the ledger is gone, and there was one" in said.err
    assert "nobat restore" in said.err


@pytest.mark.usefixtures("nothing_runs")
def test_a_copy_of_no_ledger_is_refused_in_the_words_of_the_others(nobat: Nobat) -> None:
    said = nobat("backup", "--to", ".")
    assert said.status == 1
    assert "there is no ledger" in said.err


@pytest.mark.usefixtures("nothing_runs")
def test_a_report_needs_a_ledger_and_a_day(nobat: Nobat) -> None:
    assert "there is no ledger" in nobat("report").err
    assert nobat("load", SITE_FILE).status == 0
    said = nobat("report")
    assert (said.status, said.err) == (1, "nobat: no service day was opened yet\n")


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(
    "asked",
    [("board", "--once"), ("call", "counter-1"), ("day", "show"), ("day", "open"), ("late", "--doctor", 3, "--here")],
)
def test_without_a_broker_every_command_says_so(nobat: Nobat, asked: tuple[object, ...]) -> None:
    said = nobat(*asked)
    assert (said.status, said.out) == (1, "")
    assert "cannot reach the broker at 127.0.0.1:" in said.err
    assert len(said.err.splitlines()) == 1


def test_without_a_store_a_press_and_the_day_say_so(nobat: Nobat, quiet: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    quiet.open()
    quiet.store.kill()
    try:
        pressed, stopped, shown = nobat("call", "counter-1"), nobat("day", "stop"), nobat("board", "--once")
    finally:
        quiet.broker.kill()
    assert pressed.status == stopped.status == 1
    assert "the store does not answer" in pressed.err
    assert "the store does not answer" in stopped.err
    assert "The store is away" in shown.out


def test_a_broker_that_knows_nothing_is_told_from_a_clinic_at_rest(nobat: Nobat, quiet: Clinic) -> None:
    quiet.broker.start()
    try:
        said = nobat("board", "--once")
    finally:
        quiet.broker.kill()
    assert said.status == 1
    assert "has the store run with this broker?" in said.err


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('site = "small"', "database"),
        ('site = "small"\ndatabase = "oracle://x"', "expected sqlite:////path"),
        ('site = "small"\ndatabase = "ledger.sqlite"', "expected sqlite:////path"),
        ('schema = 2\nsite = "small"\ndatabase = "sqlite:///l"', "schema = 2"),
        ('site = "small"\ndatabase = "sqlite:///l"\ncolour = 3', "colour"),
        ('site = "small', "operator.toml"),
    ],
)
def test_settings_that_are_wrong_are_named(nobat: Nobat, tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "operator.toml"
    file.write_text(text, encoding="utf-8")
    said = nobat("report", "--operator", file)
    assert said.status == 2
    assert told in said.err


def test_without_settings_the_next_step_is_told(nobat: Nobat, tmp_path: Path) -> None:
    assert nobat("report", "--operator", tmp_path / "none.toml").status == 2
    said = nobat("report")
    assert said.status == 2
    assert "make run" in said.err


def test_a_voice_is_taken_from_a_folder_and_goes_on_later(nobat: Nobat, tmp_path: Path) -> None:
    (tmp_path / "said").mkdir()
    said = nobat("voice", "record", tmp_path / "pack", "--speaker", "Ms. A.", "--language", "en", "--wavs", tmp_path / "said")
    assert said.status == 0
    assert "0 recorded now, 0 stood already" in said.out
    assert nobat("voice", "record", tmp_path / "pack", "--speaker", "Ms. A.", "--wavs", tmp_path / "none").status == 2
    assert nobat("voice", "record", tmp_path / "pack", "--speaker", "Ms. A.", "--language", "xx").status == 2
    (tmp_path / "file").touch()
    folder = nobat("voice", "record", tmp_path / "file", "--speaker", "Ms. A.", "--wavs", tmp_path / "said")
    assert folder.status == 1


def test_a_demo_of_a_broken_site_is_refused_before_anything_is_cleared(nobat: Nobat, tmp_path: Path) -> None:
    (tmp_path / "demo-output").mkdir()
    kept = tmp_path / "demo-output" / "summary.json"
    kept.write_text("{}")
    broken = tmp_path / "broken.toml"
    broken.write_text("schema = 2")
    said = nobat("demo", "--headless", "--site", broken)
    assert (said.status, kept.exists()) == (2, True)
    assert "broken.toml: schema: expected schema = 1" in said.err


def test_a_second_demo_in_the_same_folder_leaves_the_first_alone(nobat: Nobat, tmp_path: Path) -> None:
    (tmp_path / ".nobat").mkdir()
    with (tmp_path / ".nobat" / "demo.lock").open("w") as first:
        fcntl.flock(first, fcntl.LOCK_EX)
        said = nobat("demo", "--headless")
    assert said.status == 2
    assert "a demo runs in this folder already" in said.err
