"""The waiting list: each number that waits once, in the order in which the counters would have called it, and nobody's name."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from booking_store.ledger import Ledger
from booking_store.waiting_list import WaitingList, waiting_list
from command_line.safekeeping.sheets import DOTS, ON_A_SHEET, sheets
from mqtt.contract import NoShow
from tests.command_line.clinic import Nobat
from tests.store.clinic import moment_ms
from tests.store.morning import Morning


@pytest.fixture
def busy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Morning]:
    """The busy clinic without wires, found by the command."""
    url = f"sqlite:///{tmp_path}/ledger.sqlite"
    settings = tmp_path / "operator.toml"
    settings.write_text(f'site = "busy"\ndatabase = "{url}"\n', encoding="utf-8")
    monkeypatch.setenv("NOBAT_OPERATOR", str(settings))
    morning = Morning(lambda: Ledger.open(url, moment_ms("06:00")))
    yield morning
    morning.ledger.close()


def listed(morning: Morning) -> WaitingList:
    found = waiting_list(morning.ledger.connection.engine.url.render_as_string())
    assert found is not None
    return found


def crowd(morning: Morning, people: int) -> list[int]:
    numbers = []
    for _ in range(people):
        morning.wait(30)
        numbers.append(morning.walk_in())
    return numbers


def test_the_paper_says_what_the_counters_would_have_called(busy: Morning) -> None:
    crowd(busy, 6)
    served = busy.call("counter-1")
    (reception,) = [line for line in listed(busy).lines if "counter-1" in {point.id for point in line.points}]
    assert served in reception.now
    busy.wait(11)
    called = [busy.call("counter-1") for _ in reception.numbers]
    assert called == list(reception.numbers)


def test_each_number_that_waits_stands_there_once_and_the_absent_by_themselves(busy: Morning) -> None:
    numbers = crowd(busy, 4)
    gone = busy.call("counter-1")
    busy.press("counter-1", NoShow())
    found = listed(busy)
    assert found.absent == (gone,)
    on_paper = [number for line in found.lines for number in line.numbers]
    current = [number for line in found.lines for number in line.now if number]
    assert sorted([*on_paper, *current, gone or 0]) == sorted(numbers)


def test_a_line_that_does_not_fit_goes_on_on_the_next_sheet_and_none_is_cut_off(busy: Morning) -> None:
    crowd(busy, 3)
    found = listed(busy)
    (line,) = found.lines
    long = type(line)(line.points, line.now, tuple(range(1000, 1000 + 2 * ON_A_SHEET + 1)))
    many = sheets(type(found)(found.site, found.date, found.as_of, (long,), (), ()), "fa")
    assert len(many) == 3
    assert all(page.width == DOTS and page.height < 2000 for page in many)


def test_so_many_who_did_not_come_that_they_need_two_sheets_are_all_on_paper(busy: Morning) -> None:
    crowd(busy, 3)
    found = listed(busy)
    away = tuple(range(2000, 2000 + ON_A_SHEET + 1))
    many = sheets(type(found)(found.site, found.date, found.as_of, found.lines, away, (7,)), "fa")
    assert len(many) == len(found.lines) + 3
    assert all(page.height < 2000 for page in many)


def test_it_is_told_written_and_printed(nobat: Nobat, busy: Morning, tmp_path: Path) -> None:
    numbers = crowd(busy, 2)
    assert all(str(number) in nobat("waiting", "--language", "en").out for number in numbers)
    assert nobat("waiting", "--out", tmp_path / "list.pdf").status == 0
    assert (tmp_path / "list.pdf").read_bytes().startswith(b"%PDF")
    assert nobat("waiting", "--out", tmp_path / "list.png").status == 0
    assert Image.open(tmp_path / "list.png").width == DOTS
    assert nobat("waiting", "--out", tmp_path / "list.doc").status == 2
    got: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as printer:

        def take() -> None:
            wire, _ = printer.accept()
            with wire:
                while piece := wire.recv(65536):
                    got.append(piece)

        taking = threading.Thread(target=take)
        taking.start()
        assert nobat("waiting", "--printer", f"127.0.0.1:{printer.getsockname()[1]}").status == 0
        taking.join(60)
    assert b"".join(got).startswith(b"\x1b@\x1dv0")
    assert nobat("waiting", "--printer", "127.0.0.1:9").status == 1
    assert nobat("waiting", "--printer", "somewhere").status == 2


def test_where_no_day_is_open_it_says_so(nobat: Nobat, busy: Morning) -> None:
    busy.at("23:00").wait(0)
    busy.wait(60)
    assert "nobody waits" in nobat("waiting").out.lower()
