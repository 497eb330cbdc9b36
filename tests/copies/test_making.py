"""A copy is made beside the running store, holds all that was committed, and one that is not good takes nobody's place."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from booking_store import database
from booking_store.copies import making, sqlite
from booking_store.copies.copy import Copy, CopyError, digest, newest_first
from booking_store.database import LedgerError
from tests.store.clinic import Clinic

ROOT = Path(__file__).parents[2]
SLOW = """
import sys, time
from pathlib import Path
from booking_store.copies import making, sqlite
sqlite.STEP_PAGES, sqlite.BREATH_SECONDS = 1, 0.01
print("begun", flush=True)
making.back_up(sys.argv[1], Path(sys.argv[2]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "copies"
    path.mkdir()
    return path


def url_of(clinic: Clinic) -> str:
    return str(clinic.ledger.connection.engine.url.render_as_string(hide_password=False))


def rows(path: Path, table: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True) as connection:
        found = connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()  # noqa: S608  a table's name
    connection.close()
    return found


def test_a_copy_made_beside_the_store_holds_every_ticket_and_is_nobody_elses_to_read(clinic: Clinic, folder: Path) -> None:
    given = [clinic.walk_in() for _ in range(5)]
    made = making.back_up(url_of(clinic), folder)
    assert made.new
    assert [row[2] for row in rows(made.copy.path, "tickets")] == given
    assert made.copy.age.sequence == clinic.ledger.sequence
    assert made.copy.path.stat().st_mode & 0o777 == 0o600
    assert newest_first(folder) == [made.copy]
    making.prove(made.copy)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_a_copy_that_root_makes_by_hand_does_not_lock_the_timer_out(clinic: Clinic, folder: Path) -> None:
    os.chown(folder, 4321, 4321)
    making.back_up(url_of(clinic), folder)
    assert {file.stat().st_uid for file in folder.iterdir()} == {4321}
    assert (folder / ".copying.lock").exists()


def test_what_is_committed_while_the_copy_is_made_neither_spoils_it_nor_waits(clinic: Clinic, folder: Path) -> None:
    clinic.walk_in()
    before = clinic.ledger.sequence
    path = database.sqlite_path(url_of(clinic))
    fresh = folder / "fresh"
    fresh.touch()
    given: list[int] = []
    age = sqlite.copy(path, fresh, breathe=lambda: given.append(clinic.walk_in()))
    assert age.sequence == before
    assert len(rows(fresh, "tickets")) == 1
    assert len(clinic.rows("SELECT id FROM tickets")) == 1 + len(given)
    assert given


def test_where_nothing_was_committed_nothing_is_copied_again(clinic: Clinic, folder: Path) -> None:
    first = making.back_up(url_of(clinic), folder)
    again = making.back_up(url_of(clinic), folder)
    assert (again.new, again.copy) == (False, first.copy)


def test_a_copy_that_rotted_is_made_again_though_nothing_was_committed(clinic: Clinic, folder: Path) -> None:
    first = making.back_up(url_of(clinic), folder).copy
    with first.path.open("r+b") as file:
        file.truncate(first.path.stat().st_size // 2)
    again = making.back_up(url_of(clinic), folder)
    assert again.new
    making.prove(again.copy)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.3, 0.5, 0.99, 1.0])
def test_a_copy_that_is_cut_anywhere_is_not_good(clinic: Clinic, folder: Path, share: float) -> None:
    made = making.back_up(url_of(clinic), folder).copy
    size = made.path.stat().st_size
    with made.path.open("r+b") as file:
        file.truncate(min(int(size * share), size - 1))
    with pytest.raises(CopyError, match="torn or changed"):
        making.prove(made)


def test_one_changed_byte_is_found_where_sqlite_itself_finds_nothing(clinic: Clinic, folder: Path) -> None:
    clinic.walk_in()
    made = making.back_up(url_of(clinic), folder).copy
    whole = made.path.read_bytes()
    name = b"Small Clinic"  # in the site file, which no index holds: nothing contradicts it
    at = whole.index(name)
    made.path.write_bytes(whole[:at] + b"Small Klinic" + whole[at + len(name) :])
    assert sqlite.look(made.path).age == made.age
    with pytest.raises(CopyError, match="torn or changed"):
        making.prove(made)


def test_a_sound_file_under_anothers_name_is_not_taken_for_it(clinic: Clinic, folder: Path) -> None:
    made = making.back_up(url_of(clinic), folder).copy
    further = made.path.with_name(made.path.name.replace(f"-s{made.age.sequence}-", "-s999999-"))
    made.path.rename(further)
    found = Copy.named(further)
    assert found is not None
    with pytest.raises(CopyError, match="another ledger than its name tells"):
        making.prove(found)


def test_a_ledger_that_reaches_less_far_than_its_copies_is_not_copied_over_them(
    clinic: Clinic, folder: Path, tmp_path: Path
) -> None:
    old = tmp_path / "old.sqlite"
    old.touch()
    sqlite.copy(database.sqlite_path(url_of(clinic)), old)
    clinic.walk_in()
    good = making.back_up(url_of(clinic), folder).copy
    with pytest.raises(CopyError, match="reaches further"):
        making.back_up(f"sqlite:///{old}", folder)
    assert newest_first(folder) == [good]


def test_a_damaged_ledger_makes_no_copy_and_the_good_one_stands(clinic: Clinic, folder: Path) -> None:
    clinic.walk_in()
    good = making.back_up(url_of(clinic), folder).copy
    clinic.walk_in()
    path = database.sqlite_path(url_of(clinic))
    clinic.ledger.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size // 4))
    with pytest.raises(LedgerError, match="nobat restore"):
        making.back_up(f"sqlite:///{path}", folder)
    assert [item.name for item in folder.glob("[!.]*")] == [good.path.name]


def test_one_folder_one_copying_at_a_time(clinic: Clinic, folder: Path) -> None:
    with making._alone_in(folder), pytest.raises(CopyError, match="another copy is being made"):
        making.back_up(url_of(clinic), folder)


def test_a_folder_that_is_not_there_is_told(clinic: Clinic, folder: Path) -> None:
    with pytest.raises(CopyError, match="is the device there"):
        making.back_up(url_of(clinic), folder / "unplugged")


def test_killed_in_mid_copy_it_leaves_the_good_ones_and_the_next_one_is_made(clinic: Clinic, folder: Path) -> None:
    good = making.back_up(url_of(clinic), folder).copy
    clinic.walk_in()
    writer = subprocess.Popen([sys.executable, "-c", SLOW, url_of(clinic), str(folder)], stdout=subprocess.PIPE, cwd=ROOT)
    give_up_at = time.monotonic() + 20
    while not (unfinished := list(folder.glob(".unfinished.*"))) or not unfinished[0].stat().st_size:
        assert time.monotonic() < give_up_at
        assert writer.poll() is None
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert newest_first(folder) == [good]
    again = making.back_up(url_of(clinic), folder)
    assert again.new
    making.prove(again.copy)
    assert list(folder.glob(".unfinished.*")) == []


def test_a_postgresql_ledger_is_copied_by_its_own_tools_and_read_back(any_clinic: Clinic, folder: Path) -> None:
    any_clinic.walk_in()
    made = making.back_up(url_of(any_clinic), folder).copy
    assert made.age.sequence == any_clinic.ledger.sequence
    making.prove(made)
    cut = folder / "cut"
    cut.write_bytes(made.path.read_bytes()[:-100])
    cut.rename(made.path)
    with pytest.raises(CopyError):
        making.prove(made)
    honest = Copy(made.path, made.age, digest(made.path), made.kind)
    with pytest.raises(CopyError):
        making.prove(honest)
