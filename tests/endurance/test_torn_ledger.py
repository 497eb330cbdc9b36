"""A ledger torn at any byte starts with all that was committed up to one moment, or is refused in one line and left as it is.

The ordinary suite tries some hundred places; `make soak` tries every byte (NOBAT_TORN_EVERY=1).
"""

import os
import random
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.endurance.torn import Refused, SmallLedger, Started, files, made, put, start
from tests.store.running import ROOT

EVERY = int(os.environ.get("NOBAT_TORN_EVERY", "97"))
"""How many bytes lie between two places at which the ledger is torn."""
WAL_EVERY = EVERY if EVERY == 1 else 29 * EVERY
FLIPS = 30 if EVERY > 1 else 5_000
HALVES = 2


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> SmallLedger:
    return made(tmp_path_factory.mktemp("small") / "clinic")


def judged(small: SmallLedger, path: Path, before: tuple[bytes | None, bytes | None]) -> Started | Refused:
    """The start, after a look at what must hold for any."""
    outcome = start(path, small.seen)
    if isinstance(outcome, Refused):
        assert "\n" not in outcome.words
        assert "The ledger is damaged" in outcome.words
        if "left as it is" in outcome.words:
            assert files(path) == before
    else:
        reached = [one for one in small.seen if one.sequence <= outcome.sequence]
        assert outcome.knows == tuple(reached), "who saw more than this ledger holds must be told (rule 14)"
    return outcome


@pytest.mark.parametrize("half", range(HALVES))
@pytest.mark.parametrize("with_wal", [True, False])
def test_a_ledger_cut_short_at_any_byte_is_refused_or_whole(
    small: SmallLedger, tmp_path: Path, half: int, with_wal: bool
) -> None:
    wal = small.wal if with_wal else None
    refused = 0
    for length in range(half * EVERY, len(small.database), HALVES * EVERY):
        torn = small.database[:length]
        outcome = judged(small, put(tmp_path, torn, wal), (torn, wal))
        if isinstance(outcome, Refused):
            refused += 1
        else:
            assert with_wal, "what was cut off is nowhere"
            assert outcome.state == small.states[outcome.sequence], length
    places = len(range(half * EVERY, len(small.database), HALVES * EVERY))
    beside = "with" if with_wal else "without"
    print(f"cut short at {places} bytes, {beside} its -wal: {refused} refused, {places - refused} whole")
    assert refused


@pytest.mark.parametrize("half", range(HALVES))
def test_a_wal_cut_short_at_any_byte_keeps_every_commit_before_the_cut(small: SmallLedger, tmp_path: Path, half: int) -> None:
    first, last = min(small.states), max(small.states)
    reached = set()
    for length in range(half * WAL_EVERY, len(small.wal), HALVES * WAL_EVERY):
        outcome = judged(small, put(tmp_path, small.database, small.wal[:length]), (None, None))
        assert isinstance(outcome, Started), outcome
        assert outcome.state == small.states[outcome.sequence], length
        reached.add(outcome.sequence)
    places = len(range(half * WAL_EVERY, len(small.wal), HALVES * WAL_EVERY))
    print(f"-wal cut short at {places} bytes: {len(reached)} different commits reached, none but those of before the cut")
    assert reached <= set(range(first, last + 1))
    assert len(reached) > 3
    whole = judged(small, put(tmp_path, small.database, small.wal), (None, None))
    assert isinstance(whole, Started)
    assert whole.sequence == last


def test_a_power_cut_while_the_wal_moves_into_the_ledger_loses_nothing(small: SmallLedger, tmp_path: Path) -> None:
    path = put(tmp_path, small.database, small.wal)
    with sqlite3.connect(path) as raw:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    moved = path.read_bytes()
    assert len(moved) > len(small.database)
    for end in range(0, len(moved), 7 * small.page_bytes):
        half_moved = moved[:end] + small.database[end:]
        outcome = judged(small, put(tmp_path, half_moved, small.wal), (None, None))
        assert isinstance(outcome, Started), outcome
        assert outcome.state == small.states[max(small.states)]


def test_a_page_of_zeros_is_refused_unless_a_newer_one_stands_in_the_wal(small: SmallLedger, tmp_path: Path) -> None:
    page = small.page_bytes
    for at in range(0, len(small.database), page * (1 if EVERY == 1 else 3)):
        zeroed = small.database[:at] + bytes(page) + small.database[at + page :]
        outcome = judged(small, put(tmp_path, zeroed, small.wal), (zeroed, small.wal))
        if isinstance(outcome, Started):
            assert outcome.state == small.states[max(small.states)], at


def test_a_byte_that_flipped_in_the_wal_costs_what_follows_it_and_no_more(small: SmallLedger, tmp_path: Path) -> None:
    for frame in small.frames[:: 1 if EVERY == 1 else 9]:
        spoilt = flipped(small.wal, frame + 30)
        outcome = judged(small, put(tmp_path, small.database, spoilt), (None, None))
        assert isinstance(outcome, Started), outcome
        assert outcome.state == small.states[outcome.sequence]


def test_a_byte_that_flipped_in_the_ledger_never_ends_in_a_traceback(small: SmallLedger, tmp_path: Path) -> None:
    """SQLite keeps no sum of a page, so that a digit that turned into another is not noticed. How often is printed."""
    chance = random.Random(7)  # noqa: S311
    seen = Counter[str]()
    for _ in range(FLIPS):
        spoilt = flipped(small.database, chance.randrange(len(small.database)), 1 << chance.randrange(8))
        outcome = judged(small, put(tmp_path, spoilt, None), (spoilt, None))
        if isinstance(outcome, Refused):
            seen["refused"] += 1
        else:
            seen["whole" if outcome.state == small.states[outcome.sequence] else "a word changed unnoticed"] += 1
    print(f"one bit flipped, {FLIPS} times: {dict(seen)}")
    assert seen["refused"]


def flipped(content: bytes, at: int, bit: int = 4) -> bytes:
    return content[:at] + bytes([content[at] ^ bit]) + content[at + 1 :]


def test_the_wal_of_another_ledger_is_never_mixed_in(small: SmallLedger, tmp_path: Path) -> None:
    for people in (1, 4):  # fewer commits than ours, and more
        other = made(tmp_path / f"other-{people}", people=people)
        (tmp_path / "mixed").mkdir(exist_ok=True)
        path = put(tmp_path / "mixed", small.database, other.wal)
        outcome = judged(small, path, (small.database, other.wal))
        assert isinstance(outcome, Refused)


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", bytes(8192)])
def test_a_file_that_holds_nothing_is_never_begun_anew(tmp_path: Path, content: bytes) -> None:
    path = put(tmp_path, content, None)
    assert isinstance(judged(SmallLedger(content, b"", 512), path, (content, None)), Refused)


def test_what_lies_in_the_shm_or_in_a_wal_that_is_none_is_nothing(small: SmallLedger, tmp_path: Path) -> None:
    noise = random.Random(7).randbytes(32_768)  # noqa: S311
    with_shm = judged(small, put(tmp_path, small.database, small.wal, noise), (None, None))
    with_noise = judged(small, put(tmp_path, small.database, noise), (None, None))
    assert isinstance(with_shm, Started)
    assert isinstance(with_noise, Started)
    assert with_shm.state == small.states[max(small.states)]
    assert with_noise.state == small.states[min(small.states)]


@pytest.mark.parametrize("what", ["cut", "gone", "its site file spoilt"])
def test_the_program_itself_ends_in_one_line_and_begins_no_new_ledger(small: SmallLedger, tmp_path: Path, what: str) -> None:
    document = small.database.index(b"schema = 1")
    damaged: dict[str, bytes | None] = {
        "cut": small.database[:-700],
        "gone": None,
        "its site file spoilt": small.database[:document] + b"\xff\xff" + small.database[document + 2 :],
    }
    path = put(tmp_path, small.database, None)
    assert isinstance(start(path), Started)
    if damaged[what] is None:
        path.unlink()
    else:
        path.write_bytes(damaged[what] or b"")
    command = [sys.executable, "-m", "booking_store", "--site", "small", "--database", f"sqlite:///{path}"]
    ended = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60, cwd=ROOT)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "nobat restore" in ended.stderr
    assert [line[:3] for line in ended.stderr.splitlines() if "alembic" not in line] == ["<2>"], ended.stderr
    if what != "its site file spoilt":
        assert (path.read_bytes() if path.exists() else None) == damaged[what]


def test_what_devices_saw_of_the_lost_end_is_beyond_this_ledger(small: SmallLedger, tmp_path: Path) -> None:
    """Rule 14: it is how the store notices that a torn -wal took commits away that SQLite itself misses nowhere."""
    lost = judged(small, put(tmp_path, small.database, None), (None, None))
    assert isinstance(lost, Started)
    assert lost.knows == ()
