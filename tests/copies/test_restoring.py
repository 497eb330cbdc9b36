"""The newest good copy is put in the ledger's place, whatever happens meanwhile; what was there is kept."""

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from booking_store import database
from booking_store.copies import making, restoring
from booking_store.copies.copy import CopyError
from booking_store.database import LedgerBusyError, LedgerDamagedError, LedgerOutrankedError
from booking_store.fence import LEAP
from booking_store.ledger import Ledger
from booking_store.ledger_lock import SUPERSEDED, lock_file
from tests.copies.test_making import url_of
from tests.store.clinic import Clinic, moment_ms

EIGHT = moment_ms("08:00")


def put_back_until(step: int, url: str, folder: Path) -> None:
    """Put the newest copy back, and be killed before the step of this number: a copying, marking, flushing, renaming."""
    left = [step]

    def counted(do: Callable[..., Any]) -> Callable[..., Any]:
        def one_more(*given: Any, **named: Any) -> Any:
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left[0] -= 1
            return do(*given, **named)

        return one_more

    with pytest.MonkeyPatch.context() as steps:
        for owner, name in (
            (os, "fsync"),
            (Path, "rename"),
            (restoring.shutil, "copyfile"),
            (restoring, "mark_restored"),
            (restoring, "outrank"),
        ):
            steps.setattr(owner, name, counted(getattr(owner, name)))
        restoring.put_back(url, restoring.choose(folder).copy)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "copies"
    path.mkdir()
    return path


def spoil(path: Path) -> None:
    """As a dying card does."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(size // 3)
        file.write(os.urandom(size // 3))


def tickets_of(url: str) -> list[int]:
    opened = Ledger.open(url, EIGHT)
    try:
        with opened.reading() as statements:
            return list(statements.execute(text("SELECT number FROM tickets ORDER BY number")).scalars())
    finally:
        opened.close()


def test_the_newest_good_copy_becomes_the_ledger_and_the_damaged_one_is_kept(clinic: Clinic, folder: Path) -> None:
    first, second = clinic.walk_in(), clinic.walk_in()
    copy = making.back_up(url_of(clinic), folder).copy
    clinic.walk_in()
    url, path = url_of(clinic), database.sqlite_path(url_of(clinic))
    clinic.ledger.close()
    spoil(path)
    damaged = path.read_bytes()
    with pytest.raises(LedgerDamagedError, match="nobat restore"):
        Ledger.open(url, EIGHT)
    assert "not sound" in (restoring.standing(url).fault or "")
    aside = Path(restoring.put_back(url, restoring.choose(folder).copy))
    assert (aside / path.name).read_bytes() == damaged
    assert path.stat().st_mode & 0o777 == 0o600
    assert tickets_of(url) == [first, second]
    assert copy.path.exists()


def test_a_copy_that_was_put_back_says_so_and_outranks_every_run_of_the_lost_ledger(clinic: Clinic, folder: Path) -> None:
    making.back_up(url_of(clinic), folder)
    url, lost_epoch = url_of(clinic), clinic.ledger.epoch
    clinic.ledger.close()
    restoring.put_back(url, restoring.choose(folder).copy)
    opened = Ledger.open(url, EIGHT)
    with opened.reading() as statements:
        row = statements.execute(text("SELECT * FROM ledger")).one()
    opened.close()
    assert row.settling_why == "restored"
    assert row.generation > LEAP
    assert opened.epoch != lost_epoch


def test_damaged_copies_are_passed_over_by_name(clinic: Clinic, folder: Path) -> None:
    good = making.back_up(url_of(clinic), folder).copy
    clinic.walk_in()
    spoilt = making.back_up(url_of(clinic), folder).copy
    clinic.walk_in()
    cut = making.back_up(url_of(clinic), folder).copy
    spoil(spoilt.path)
    os.truncate(cut.path, 5000)
    choice = restoring.choose(folder)
    assert choice.copy == good
    assert [why.split(":")[0] for why in choice.passed_over] == [str(cut.path), str(spoilt.path)]
    for copy in (good, spoilt, cut):
        os.truncate(copy.path, 0)
    with pytest.raises(CopyError, match="no good copy"):
        restoring.choose(folder)


def test_while_a_store_holds_the_ledger_nothing_is_put_in_its_place(any_clinic: Clinic, folder: Path) -> None:
    copy = making.back_up(url_of(any_clinic), folder).copy
    number = any_clinic.walk_in()
    with pytest.raises(LedgerBusyError):
        restoring.put_back(url_of(any_clinic), copy)
    assert any_clinic.one("SELECT number FROM tickets").number == number


def test_a_wal_that_belongs_to_the_lost_ledger_is_never_applied_to_the_copy(
    clinic: Clinic, folder: Path, tmp_path: Path
) -> None:
    """Power cut: the last commits stand in the -wal only, and SQLite would put its pages into whatever file lies there."""
    kept = clinic.walk_in()
    making.back_up(url_of(clinic), folder)
    lost = clinic.walk_in()
    path = database.sqlite_path(url_of(clinic))
    cut = tmp_path / "cut"
    cut.mkdir()
    for part in ("", "-wal"):
        (cut / f"ledger.sqlite{part}").write_bytes(path.with_name(path.name + part).read_bytes())
    url = f"sqlite:///{cut}/ledger.sqlite"
    aside = restoring.put_back(url, restoring.choose(folder).copy)
    assert tickets_of(url) == [kept]
    assert tickets_of(f"sqlite:///{aside}/ledger.sqlite") == [kept, lost]


def test_killed_at_any_step_no_empty_ledger_is_begun_and_a_second_restore_ends_well(
    clinic: Clinic, folder: Path, tmp_path: Path
) -> None:
    given = clinic.walk_in()
    making.back_up(url_of(clinic), folder)
    late = clinic.walk_in()
    path = database.sqlite_path(url_of(clinic))
    parts = {end: path.with_name(path.name + end).read_bytes() for end in ("", "-wal")}  # the late ticket is in the -wal only
    for step in range(40):
        machine = tmp_path / f"machine-{step}"
        machine.mkdir()
        ledger = machine / "ledger.sqlite"
        for end, content in parts.items():
            ledger.with_name(ledger.name + end).write_bytes(content)
        url = f"sqlite:///{ledger}"
        restore = multiprocessing.get_context("fork").Process(target=put_back_until, args=(step, url, folder))
        restore.start()
        restore.join(60)
        try:
            found = tickets_of(url)
        except LedgerDamagedError:
            assert not ledger.exists()
        else:
            assert found in ([given], [given, late]), "the old ledger, or the copy: nothing between"
            assert found == [given, late] or settles(ledger)
        restoring.put_back(url, restoring.choose(folder).copy)
        assert tickets_of(url) == [given]
        assert settles(ledger)
        kept = [tickets_of(f"sqlite:///{aside}/ledger.sqlite") for aside in machine.glob("set-aside-*")]
        assert [given, late] in kept, "the old ledger is never deleted"
        if restore.exitcode == 0:
            break
        assert restore.exitcode == -signal.SIGKILL
    assert step > 5


def test_what_was_set_aside_is_never_written_over_though_somebody_deleted_the_first_of_it(clinic: Clinic, folder: Path) -> None:
    clinic.walk_in()
    copy = making.back_up(url_of(clinic), folder).copy
    url, path = url_of(clinic), database.sqlite_path(url_of(clinic))
    clinic.ledger.close()
    first, second = (Path(restoring.put_back(url, copy)) for _ in range(2))
    assert (first.name, second.name) == ("set-aside-1", "set-aside-2")
    kept = (second / path.name).read_bytes()
    first.rename(path.with_name("set-aside-by-hand"))
    third = Path(restoring.put_back(url, copy))
    assert third.name == "set-aside-3"
    assert (second / path.name).read_bytes() == kept


def test_a_wal_without_its_ledger_is_not_put_beside_an_older_one(clinic: Clinic, folder: Path) -> None:
    clinic.walk_in()
    copy = making.back_up(url_of(clinic), folder).copy
    url, path = url_of(clinic), database.sqlite_path(url_of(clinic))
    clinic.ledger.close()
    first = Path(restoring.put_back(url, copy))
    path.unlink()
    path.with_name(f"{path.name}-wal").write_bytes(b"of the ledger that somebody deleted")
    second = Path(restoring.put_back(url, copy))
    assert [file.name for file in first.iterdir()] == [path.name]
    assert [file.name for file in second.iterdir()] == [f"{path.name}-wal"]


def test_a_superseded_machine_whose_restore_is_killed_never_serves_its_own_old_ledger(
    clinic: Clinic, folder: Path, tmp_path: Path
) -> None:
    clinic.walk_in()
    copy = making.back_up(url_of(clinic), folder).copy
    old_ledger = copy.path.read_bytes()
    successor = f"sqlite:///{tmp_path}/successor.sqlite"
    restoring.put_back(successor, copy)
    running = Ledger.open(successor, EIGHT)
    with running.transaction(EIGHT):
        pass
    making.back_up(successor, folder)
    running.close()
    for step in range(40):
        machine = tmp_path / f"superseded-{step}"
        machine.mkdir()
        ledger = machine / "ledger.sqlite"
        ledger.write_bytes(old_ledger)
        lock_file(ledger).write_text(f"{SUPERSEDED}{running.epoch}\n", encoding="utf-8")
        url = f"sqlite:///{ledger}"
        restore = multiprocessing.get_context("fork").Process(target=put_back_until, args=(step, url, folder))
        restore.start()
        restore.join(60)
        try:
            Ledger.open(url, EIGHT).close()
        except LedgerOutrankedError:
            restoring.put_back(url, restoring.choose(folder).copy)
            Ledger.open(url, EIGHT).close()
        assert settles(ledger)
        if restore.exitcode == 0:
            break
        assert restore.exitcode == -signal.SIGKILL
    assert step > 5


def settles(ledger: Path) -> bool:
    """Whether the ledger says that it was put back."""
    with sqlite3.connect(ledger) as connection:
        (why,) = connection.execute("SELECT settling_why FROM ledger").fetchone()
    connection.close()
    return bool(why == "restored")


def test_a_machine_that_was_superseded_takes_only_its_successors_copies(clinic: Clinic, folder: Path, tmp_path: Path) -> None:
    clinic.walk_in()
    old = making.back_up(url_of(clinic), folder).copy
    (tmp_path / "successor").mkdir()
    successor = f"sqlite:///{tmp_path}/successor/ledger.sqlite"
    restoring.put_back(successor, old)
    running = Ledger.open(successor, EIGHT)
    clinic.ledger.give_way(running.epoch)
    url = url_of(clinic)
    clinic.ledger.close()
    with pytest.raises(LedgerOutrankedError, match="another machine's"):
        Ledger.open(url, EIGHT)
    with pytest.raises(CopyError, match="Bring the newest copy from there"):
        restoring.put_back(url, old)
    with running.transaction(EIGHT):
        pass
    newest = making.back_up(successor, folder).copy
    running.close()
    assert restoring.choose(folder).copy == newest
    restoring.put_back(url, newest)
    Ledger.open(url, EIGHT).close()
