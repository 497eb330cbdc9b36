"""The ledger: one writer, one epoch a start, nothing asked twice, time that never runs back, files never replaced."""

import os
import sqlite3
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import text, update
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.exc import IntegrityError, OperationalError

from booking_store import database, tables
from booking_store.clock import Clock
from booking_store.database import LedgerBusyError, LedgerDamagedError, LedgerError
from booking_store.ledger import CommitFailedError, Ledger, SupersededError, forget_old_requests, remember, remembered
from mqtt.contract import Board, Book, Changed, Reason, Refusal, Seen, TakeWalkIn
from tests.store.clinic import Clinic, moment_ms

ROOT = Path(__file__).parents[2]
SEVEN = moment_ms("07:00")
WEEK_MS = 7 * 24 * 3600 * 1000
TWO_OPEN_DAYS = """INSERT INTO service_days (date, status, opened_at_ms, opened_by)
    VALUES ('2027-01-01', 'accepting', 1, 'x')"""
TWO_STOPS = """INSERT INTO stops (ticket, service_day, stage, waiting_since_ms)
    SELECT id, service_day, 'doctor', 1 FROM tickets"""


def test_a_second_store_is_told_that_the_site_has_one(new_url: str) -> None:
    first = Ledger.open(new_url, SEVEN)
    with pytest.raises(LedgerBusyError, match="one site has one store"):
        Ledger.open(new_url, SEVEN)
    first.close()
    Ledger.open(new_url, SEVEN).close()


def test_each_start_begins_an_epoch_and_keeps_the_last_sequence_of_the_one_before(new_url: str) -> None:
    first = Ledger.open(new_url, SEVEN)
    with first.transaction(SEVEN):
        pass
    seen = Seen(epoch=first.epoch, sequence=1)
    first.close()
    second = Ledger.open(new_url, SEVEN)
    assert second.epoch != first.epoch
    assert second.sequence == 1
    assert second.knows(seen)
    assert not second.knows(Seen(epoch=first.epoch, sequence=2))
    assert not second.knows(Seen(epoch="another ledger's", sequence=0))
    second.close()


def test_a_ledger_is_readable_by_its_owner_only_also_where_somebody_starts_the_store_by_hand(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        ledger = Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite", SEVEN)
        with ledger.transaction(SEVEN):
            pass
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        ledger.close()
        assert os.umask(0o022) == 0o022, "what others of this process make is theirs to say"
    finally:
        os.umask(umask)
    assert modes == {f"ledger.sqlite{end}": 0o600 for end in ("", "-wal", "-shm", ".lock")}


def test_a_writer_whose_ledger_was_taken_over_ends(any_ledger: Ledger) -> None:
    with any_ledger.connection.begin():
        any_ledger.connection.execute(update(tables.ledger).values(generation=tables.ledger.c.generation + 1))
    with pytest.raises(SupersededError), any_ledger.transaction(SEVEN):
        pass


def test_whoever_opens_the_ledger_has_its_json_read_and_written_the_quick_way(new_url: str) -> None:
    """Each press writes such columns and reads them back. This was lost once, unawares: nothing but the time tells."""
    ledger = Ledger.open(new_url, SEVEN)
    reader = database.open_for_reading(new_url)
    for dialect in (vars(ledger.connection.dialect), vars(reader.dialect)):
        assert dialect["_json_deserializer"] is msgspec.json.decode
        assert dialect["_json_serializer"]({"a": "ب"}) == '{"a":"ب"}'
    reader.dispose()
    ledger.close()


def test_what_happened_before_a_fault_never_was(any_ledger: Ledger) -> None:
    def interrupted() -> None:
        with any_ledger.transaction(SEVEN) as tx:
            remember(tx, "kiosk-1", "a", Changed())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        interrupted()
    with any_ledger.transaction(SEVEN) as tx:
        assert tx.sequence == 1
        assert remembered(tx, "kiosk-1", "a") is None


def test_an_answer_is_remembered_for_a_week_and_only_for_its_device(any_ledger: Ledger) -> None:
    with any_ledger.transaction(SEVEN) as tx:
        remember(tx, "kiosk-1", "a", Changed(number=7))
        remember(tx, "kiosk-1", "b", Refusal(reason=Reason.WAIT))
    with any_ledger.transaction(SEVEN + WEEK_MS) as tx:
        forget_old_requests(tx)
        assert remembered(tx, "kiosk-1", "a") == Changed(number=7)
        assert remembered(tx, "kiosk-2", "a") is None
        assert remembered(tx, "kiosk-1", "b") is None
    with any_ledger.transaction(SEVEN + WEEK_MS + 1) as tx:
        forget_old_requests(tx)
        assert remembered(tx, "kiosk-1", "a") is None


def test_time_never_runs_back_from_one_commit_to_the_next(any_ledger: Ledger) -> None:
    with any_ledger.transaction(SEVEN):
        pass
    with any_ledger.transaction(SEVEN - 3_600_000) as tx:
        assert tx.now_ms == SEVEN


def test_a_clock_before_the_last_commit_goes_on_from_it_and_is_not_trusted() -> None:
    clock = Clock(SEVEN)
    first = clock.read(0.0, 100.0, synchronised=True)
    later = clock.read(5.0, 105.0, synchronised=True)
    right = clock.read(SEVEN / 1000 + 60, 110.0, synchronised=True)
    assert (first.ms, first.behind, first.trusted) == (SEVEN, True, False)
    assert later.ms == SEVEN + 5000
    assert (right.ms, right.behind, right.trusted) == (SEVEN + 60_000, False, True)


def test_a_clock_that_was_right_and_leaps_over_midnight_is_not_believed_until_somebody_vouches_for_it() -> None:
    clock, day_ms = Clock(SEVEN), 17 * 3600 * 1000
    clock.read(SEVEN / 1000, 100.0, synchronised=True)
    leapt = clock.read((SEVEN + day_ms) / 1000, 101.0, synchronised=False)
    later = clock.read((SEVEN + day_ms) / 1000 + 600, 701.0, synchronised=False)
    assert (leapt.ms, leapt.trusted) == (SEVEN + 1000, False)
    assert (later.ms, later.trusted) == (SEVEN + 601_000, False)
    back = clock.read(SEVEN / 1000 + 602, 702.0, synchronised=True)
    assert (back.ms, back.trusted) == (SEVEN + 602_000, True)
    vouched_for = clock.read((SEVEN + day_ms) / 1000, 703.0, synchronised=True)
    assert (vouched_for.ms, vouched_for.trusted) == (SEVEN + day_ms, True)


def test_a_clock_that_drifts_without_its_network_is_followed() -> None:
    clock = Clock(SEVEN)
    clock.read(SEVEN / 1000, 0.0, synchronised=True)
    read = [clock.read(SEVEN / 1000 + minute * 60.05, minute * 60.0, synchronised=False) for minute in range(1, 121)]
    assert read[-1].ms == SEVEN + 120 * 60_050


def test_a_clock_that_was_never_right_is_followed_when_a_person_sets_it() -> None:
    clock = Clock(SEVEN)
    clock.read(0.0, 100.0, synchronised=False)
    by_hand = clock.read(SEVEN / 1000 + 12 * 3600, 160.0, synchronised=False)
    assert (by_hand.ms, by_hand.trusted, by_hand.behind) == (SEVEN + 12 * 3600 * 1000, False, False)


@pytest.mark.parametrize("content", [b"", b"not a database at all, but long enough to look at"])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "ledger.sqlite"
    path.write_bytes(content)
    with pytest.raises(LedgerDamagedError, match="left as it is"):
        Ledger.open(f"sqlite:///{path}", SEVEN)
    assert path.read_bytes() == content


def test_a_torn_ledger_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.open(f"sqlite:///{path}", SEVEN).close()
    whole = path.read_bytes()
    torn = whole[: len(whole) // 2] + bytes(len(whole) - len(whole) // 2)
    path.write_bytes(torn)
    with pytest.raises(LedgerDamagedError):
        Ledger.open(f"sqlite:///{path}", SEVEN)
    assert path.read_bytes() == torn


def test_a_ledger_of_a_newer_program_is_refused(sqlite_url: str) -> None:
    Ledger.open(sqlite_url, SEVEN).close()
    with sqlite3.connect(sqlite_url.removeprefix("sqlite:///")) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
    raw.close()
    with pytest.raises(LedgerError, match="newer"):
        Ledger.open(sqlite_url, SEVEN)


def test_a_commit_is_flushed_to_the_disk_before_it_is_one(ledger: Ledger) -> None:
    with ledger.connection.begin():
        said = [ledger.connection.execute(text(f"PRAGMA {name}")).scalar_one() for name in ("journal_mode", "synchronous")]
    assert said == ["wal", 2]


def test_a_commit_that_fails_lets_no_reply_out_and_the_store_goes_on(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = TakeWalkIn(department=11, service_day=clinic.day)
    with monkeypatch.context() as full:
        fill_the_disk(clinic, full)
        assert clinic.batch(("kiosk-1", asked, "a"), ("kiosk-1", asked, "b")) == []
    assert clinic.rows("SELECT * FROM tickets") == []
    assert clinic.reply("kiosk-1", asked, "a").answer == clinic.reply("kiosk-1", asked, "a").answer
    assert [row.number for row in clinic.rows("SELECT number FROM tickets")] == [150]


def test_no_hall_shows_a_call_whose_commit_failed(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = clinic.walk_in(), clinic.walk_in()
    assert clinic.call_next("counter-1") == first
    press = clinic.green_button("counter-2")
    with monkeypatch.context() as full:
        fill_the_disk(clinic, full)
        assert clinic.batch(("counter-2", press, None)) == []
    assert clinic.call_next("counter-1") == second
    board = clinic.published["board", "hall-1"]
    assert isinstance(board, Board)
    assert [(call.number, call.point) for call in board.calls] == [(first, "counter-1"), (second, "counter-1")]


def test_where_the_database_gives_the_transaction_up_nothing_of_the_batch_is_done(clinic: Clinic) -> None:
    with clinic.ledger.connection.begin():
        given_up = "CREATE TEMP TRIGGER full BEFORE INSERT ON tickets BEGIN SELECT RAISE(ROLLBACK, 'disk is full'); END"
        clinic.ledger.connection.exec_driver_sql(given_up)
    ticket = TakeWalkIn(department=11, service_day=clinic.day)
    before = clinic.ledger.sequence
    assert clinic.batch(("kiosk-1", ticket, None), ("operator", Book(department=12, doctor=3), None)) == []
    assert clinic.rows("SELECT * FROM bookings") == []
    assert clinic.ledger.sequence == before


def test_neither_the_hours_nor_a_device_that_starts_end_a_store_whose_disk_is_full(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic.store.hear_boot("counter-1", "first", clinic.now)
    with monkeypatch.context() as full:
        fill_the_disk(clinic, full)
        clinic.store.hear_boot("counter-1", "second", clinic.now)
        clinic.at("20:00").wait(0)
    assert clinic.one("SELECT boot FROM boots").boot == "first"
    clinic.store.hear_boot("counter-1", "second", clinic.now)
    assert clinic.one("SELECT boot FROM boots").boot == "second", "it tells itself again"
    clinic.wait(1)
    assert clinic.one("SELECT status FROM service_days").status != "accepting"


def test_a_disk_that_stays_full_is_one_line_in_ten_seconds_and_no_traceback(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as full:
        fill_the_disk(clinic, full)
        for _ in range(3):
            clinic.store.hear_boot("counter-1", "second", clinic.now)
        clinic.now = replace(clinic.now, ms=clinic.now.ms + 10_000)
        clinic.store.hear_boot("counter-1", "second", clinic.now)
    said = "nothing was done of the start of counter-1: OperationalError: database or disk is full"
    assert [record.getMessage() for record in caplog.records] == [f"{said} (the {which}. failure)" for which in (1, 4)]
    assert not any(record.exc_info for record in caplog.records)


def disk_is_full(*_: object) -> None:
    raise sqlite3.OperationalError("database or disk is full")


def fill_the_disk(clinic: Clinic, until_undone: pytest.MonkeyPatch) -> None:
    until_undone.setattr(clinic.ledger.connection.dialect, "do_commit", disk_is_full)


def test_a_disk_that_is_full_at_the_start_is_told_and_the_ledger_is_sound_afterwards(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    Ledger.open(sqlite_url, SEVEN).close()
    with monkeypatch.context() as full:
        full.setattr(database, "upgrade", lambda _: None)  # the tables stand; what is left to write is the epoch
        full.setattr(SQLiteDialect_pysqlite, "do_commit", disk_is_full)
        with pytest.raises(LedgerError, match="cannot be written: database or disk is full"):
            Ledger.open(sqlite_url, SEVEN)
    again = Ledger.open(sqlite_url, SEVEN)
    assert again.epoch.startswith("2-"), "the start that failed began no epoch"
    again.close()


@pytest.mark.parametrize("room_bytes", [0, 200_000])
def test_a_first_start_on_a_full_disk_ends_in_words_and_the_next_one_makes_the_ledger(sqlite_url: str, room_bytes: int) -> None:
    full = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({room_bytes},) * 2); "
    start = "import sys; from booking_store.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", full + start, "--site", "small", "--database", sqlite_url]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30, cwd=ROOT)
    assert ended.returncode == 1
    assert "the ledger cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    Ledger.open(sqlite_url, SEVEN).close()


@pytest.mark.parametrize(
    ("law", "broken"),
    [
        ("a number once a day", "INSERT INTO tickets SELECT * FROM tickets"),
        ("1 to 9999", "UPDATE tickets SET number = 10000"),
        ("no unknown state", "UPDATE tickets SET state = 'lost'"),
        ("an ended ticket has its time", "UPDATE tickets SET state = 'done'"),
        ("one open day", TWO_OPEN_DAYS),
        ("one stop at a time", TWO_STOPS),
        ("one counter a ticket", "UPDATE points SET ticket = (SELECT max(id) FROM tickets)"),
        ("nothing ends before it begins", "UPDATE stops SET ended_at_ms = waiting_since_ms - 1"),
        ("a session has a length", "UPDATE sessions SET ends_at_ms = starts_at_ms"),
    ],
)  # fmt: skip
def test_a_table_itself_refuses_to_break(any_clinic: Clinic, law: str, broken: str) -> None:
    any_clinic.walk_in()
    with pytest.raises((IntegrityError, OperationalError)), any_clinic.ledger.transaction(any_clinic.now.ms) as tx:
        tx.statements.execute(text(broken))


def test_the_program_says_clearly_that_another_store_runs(ledger: Ledger, sqlite_url: str) -> None:
    command = [sys.executable, "-m", "booking_store", "--site", "small", "--database", sqlite_url]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=30, cwd=ROOT)
    assert ended.returncode == 1
    assert "another booking store holds this ledger" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_failed_commit_is_named(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(connection: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(ledger.connection.dialect, "do_commit", fails)
    with pytest.raises(CommitFailedError, match="nothing of it happened"), ledger.transaction(SEVEN):
        pass
    assert ledger.sequence == 0


def test_a_ledger_that_is_gone_is_never_replaced_by_an_empty_one(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.open(f"sqlite:///{path}", SEVEN).close()
    path.unlink()
    with pytest.raises(LedgerDamagedError, match="nobat restore"):
        Ledger.open(f"sqlite:///{path}", SEVEN)
    assert not path.exists()
    (tmp_path / "ledger.sqlite.lock").unlink()
    Ledger.open(f"sqlite:///{path}", SEVEN).close()


def test_a_ledger_of_before_the_lock_had_a_word_gets_it_at_the_next_start(tmp_path: Path) -> None:
    path, lock = tmp_path / "ledger.sqlite", tmp_path / "ledger.sqlite.lock"
    Ledger.open(f"sqlite:///{path}", SEVEN).close()
    lock.write_bytes(b"")
    Ledger.open(f"sqlite:///{path}", SEVEN).close()
    assert lock.read_text(encoding="utf-8") == "made\n"
