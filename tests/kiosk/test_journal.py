"""The kiosk's journal: what it wrote is there after any power cut, and what was torn hurts nothing else."""

import errno
import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import structs

from kiosk_device import journal as journal_words
from kiosk_device.journal import Journal, encoded, read
from kiosk_device.settling import (
    KEPT_MS,
    PAPERS_LIMIT,
    Answered,
    Asked,
    GaveAlone,
    Line,
    Paper,
    Papers,
    Printing,
    Settling,
    kept,
    lines_of,
    noted,
    outcome_after_power_cut,
    to_ask,
)
from mqtt.contract import CheckIn, Settle, SettleOutcome

LINES: tuple[Line, ...] = (
    Asked("a", 7),
    Printing("a", 101),
    Settling("a", "settle-a", SettleOutcome.PRINTED, 101),
    Answered("settle-a", 1_000),
    Asked("b", 7, "2026-11-22"),
    Settling("b", "settle-b", SettleOutcome.NOT_PRINTED),
    Asked("c", 7),
    Printing("c", 102),
)


def papers_of(lines: tuple[Line, ...]) -> Papers:
    papers = Papers()
    for line in lines:
        papers = noted(papers, line)
    return papers


def write(folder: Path, lines: tuple[Line, ...] = LINES) -> Path:
    journal = Journal(folder)
    for line in lines:
        journal.write(line)
    journal.close()
    return folder / "papers.journal"


def test_a_journal_torn_at_any_byte_says_what_its_whole_lines_say(tmp_path: Path) -> None:
    raw = write(tmp_path).read_bytes()
    torn = tmp_path / "torn"
    ends = [sum(len(encoded(line)) for line in LINES[:count]) for count in range(len(LINES) + 1)]
    for length in range(len(raw) + 1):
        torn.write_bytes(raw[:length])
        # Only the newline may be missing for a line to count.
        whole = sum(1 for end in ends[1:] if end - 1 <= length)
        assert read(torn) == papers_of(LINES[:whole]), length


def test_a_spoilt_line_in_the_middle_costs_only_itself(tmp_path: Path) -> None:
    path = write(tmp_path)
    raw = bytearray(path.read_bytes())
    raw[len(encoded(LINES[0])) + 15] ^= 0x40
    path.write_bytes(raw)
    assert read(path) == papers_of((LINES[0], *LINES[2:]))


def test_a_torn_journal_goes_on_after_the_start(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    journal = Journal(tmp_path)
    journal.write(Asked("d", 7))
    journal.close()
    assert read(path) == papers_of((*LINES[:-1], Asked("d", 7)))


def test_opening_keeps_what_matters_in_as_few_lines(tmp_path: Path) -> None:
    papers = papers_of(LINES)
    assert papers_of(lines_of(papers)) == papers
    before = write(tmp_path).stat().st_size
    Journal(tmp_path).close()
    assert (tmp_path / "papers.journal").stat().st_size < before
    assert read(tmp_path / "papers.journal") == papers


def test_a_disk_that_fails_raises_and_leaves_no_half_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    journal.write(LINES[0])

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", full)
        with pytest.raises(OSError, match="no space"):
            journal.write(LINES[1])
    journal.write(LINES[4])
    journal.close()
    assert read(tmp_path / "papers.journal") == papers_of((LINES[0], LINES[4])) == journal.papers


@contextmanager
def room_for(room_bytes: int) -> Iterator[None]:
    """No file grows beyond this: write(2) takes what fits, and says so only in its count, as on a disk that becomes full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_with_room_for_half_a_line_is_full(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.write(LINES[0])
    with room_for((tmp_path / "papers.journal").stat().st_size + 20), pytest.raises(OSError, match="too large"):
        journal.write(LINES[1])
    journal.write(LINES[4])
    journal.close()
    assert read(tmp_path / "papers.journal") == papers_of((LINES[0], LINES[4])) == journal.papers


def test_a_journal_that_cannot_be_written_anew_goes_on_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_words, "REWRITE_AT_BYTES", 1)
    journal = Journal(tmp_path)
    with monkeypatch.context() as full:
        full.setattr(journal_words, "write_whole", disk_is_full)
        for line in LINES:
            journal.write(line)
    assert read(tmp_path / "papers.journal") == papers_of(LINES) == journal.papers
    long = (tmp_path / "papers.journal").stat().st_size
    journal.write(Asked("d", 7))
    journal.close()
    assert (tmp_path / "papers.journal").stat().st_size < long
    assert read(tmp_path / "papers.journal") == papers_of((*LINES, Asked("d", 7)))


def test_a_kiosk_starts_on_a_full_disk_too_and_writes_when_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path)
    path.write_bytes(path.read_bytes()[:-5])
    with monkeypatch.context() as full:
        full.setattr(journal_words, "write_whole", disk_is_full)
        journal = Journal(tmp_path)
        journal.write(Asked("d", 7))
        assert read(path) == papers_of((*LINES[:-1], Asked("d", 7))), "a torn line spoils none that follows"
    journal.write(Asked("e", 7))
    journal.close()
    assert read(path) == papers_of((*LINES[:-1], Asked("d", 7), Asked("e", 7)))


def disk_is_full(*_: object, **_more: object) -> None:
    raise OSError(errno.ENOSPC, "no space left on device")


def test_every_line_is_synced_before_anything_follows_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(tmp_path)
    synced: list[bytes] = []
    monkeypatch.setattr(os, "fdatasync", lambda _: synced.append((tmp_path / "papers.journal").read_bytes()))
    journal.write(LINES[0])
    assert synced == [encoded(LINES[0])]


def test_after_a_power_cut_asked_is_not_printed_and_printing_is_unknown() -> None:
    assert outcome_after_power_cut(Paper(7)) is SettleOutcome.NOT_PRINTED
    assert outcome_after_power_cut(Paper(7, number=102)) is SettleOutcome.UNKNOWN


def test_settles_are_asked_until_answered_and_again_when_the_store_was_restored() -> None:
    papers = papers_of(LINES)
    b = ("settle-b", Settle(request="b", service_day=7, outcome=SettleOutcome.NOT_PRINTED, date="2026-11-22"))
    a = ("settle-a", Settle(request="a", service_day=7, outcome=SettleOutcome.PRINTED, number=101))
    assert to_ask(papers) == (b,)
    assert to_ask(papers, again=("settle-a",)) == (a, b)


def test_settles_are_kept_a_week_and_unanswered_ones_for_ever() -> None:
    papers = papers_of(LINES)
    assert kept(papers, 1_000 + KEPT_MS) == papers
    assert set(kept(papers, 1_001 + KEPT_MS).by_request) == {"b", "c"}


def test_the_journal_is_bounded() -> None:
    many = {str(n): Paper(7, settle=f"s{n}", outcome=SettleOutcome.PRINTED, answered_at_ms=1) for n in range(PAPERS_LIMIT + 9)}
    open_one = {"open": Paper(7)}
    bounded = kept(Papers({**open_one, **many}), None)
    assert len(bounded.by_request) == PAPERS_LIMIT
    assert "open" in bounded.by_request
    assert "0" not in bounded.by_request


CODE = "12345678"
GIVEN = GaveAlone("d", 7, "2026-11-22", 950, CheckIn(code=CODE, service_day=7), department=12, doctor=3, given_at_ms=5)


def test_a_number_given_alone_is_told_with_all_that_only_the_kiosk_knows(tmp_path: Path) -> None:
    write(tmp_path, (GIVEN, Settling("d", "settle-d", SettleOutcome.PRINTED, 950)))
    ((settle, operation),) = to_ask(read(tmp_path / "papers.journal"))
    told = Settle(request="d", service_day=7, outcome=SettleOutcome.PRINTED, number=950, date="2026-11-22")
    assert (settle, operation) == ("settle-d", structs.replace(told, asked=GIVEN.asked, given_at_ms=5))


def test_a_paper_of_tomorrows_sheet_names_its_date(tmp_path: Path) -> None:
    tomorrows = GaveAlone("d", 0, "2026-11-23", 950, CheckIn(code=CODE, service_day=0))
    write(tmp_path, (tomorrows, Settling("d", "settle-d", SettleOutcome.PRINTED, 950)))
    ((_, operation),) = to_ask(read(tmp_path / "papers.journal"))
    assert (operation.service_day, operation.date) == (0, "2026-11-23")


def test_a_number_that_was_not_promised_is_told_as_no_paper_at_all(tmp_path: Path) -> None:
    write(tmp_path, (GIVEN, Settling("d", "settle-d", SettleOutcome.NOT_PRINTED)))
    ((_, operation),) = to_ask(read(tmp_path / "papers.journal"))
    assert operation == Settle(request="d", service_day=7, outcome=SettleOutcome.NOT_PRINTED, date="2026-11-22")


def test_codes_leave_the_disk_with_the_last_settle_that_needs_one(tmp_path: Path) -> None:
    other = GaveAlone("e", 7, "2026-11-22", 951, CheckIn(code="87654321", service_day=7))
    journal = Journal(tmp_path)
    for line in (
        GIVEN,
        Settling("d", "s-d", SettleOutcome.PRINTED, 950),
        other,
        Settling("e", "s-e", SettleOutcome.PRINTED, 951),
    ):
        journal.write(line)
    path = tmp_path / "papers.journal"
    journal.write(Answered("s-d", 1))
    assert CODE.encode() in path.read_bytes(), "the file is not written anew for each of them"
    journal.write(Answered("s-e", 1))
    assert CODE.encode() not in path.read_bytes()
    assert b"87654321" not in path.read_bytes()
    kept = read(path)
    assert kept == journal.papers
    assert [paper.number for paper in kept.by_request.values()] == [950, 951]


def test_only_the_kiosk_itself_may_read_its_journal(tmp_path: Path) -> None:
    path = tmp_path / "papers.journal"
    path.touch(mode=0o644)
    write(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_journal_that_says_nothing_is_a_new_cards(tmp_path: Path) -> None:
    assert Journal(tmp_path).fresh
    write(tmp_path)
    assert not Journal(tmp_path).fresh
