"""How a machine is, is read where it tells, and left out where it does not."""

import struct
from pathlib import Path

import pytest

from program.vitals import look, looking


def test_heat_and_memory_are_read_as_the_kernel_writes_them(tmp_path: Path) -> None:
    (tmp_path / "temp").write_text("58412\n", encoding="ascii")
    (tmp_path / "statm").write_text("25000 20000 5000 1 0 9000 0\n", encoding="ascii")
    seen = look(tmp_path / "temp", tmp_path / "statm")
    assert (seen.temperature_c, seen.memory_mb) == (58, 82)


@pytest.mark.parametrize("written", [None, "", "hot"])
def test_a_machine_that_tells_no_heat_is_no_fault(tmp_path: Path, written: str | None) -> None:
    if written is not None:
        (tmp_path / "temp").write_text(written, encoding="ascii")
    assert look(tmp_path / "temp").temperature_c is None


def test_where_the_stores_clock_is_moved_this_one_goes_with_it(tmp_path: Path) -> None:
    (tmp_path / "offset").write_bytes(struct.pack("d", 3600.0))
    ahead = looking(str(tmp_path / "offset"))().wall_ms - looking(None)().wall_ms
    assert 3_500_000 < ahead < 3_700_000


def test_this_program_holds_some_megabytes() -> None:
    seen = look()
    assert seen.memory_mb is not None
    assert 5 < seen.memory_mb < 5000
