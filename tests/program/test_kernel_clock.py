"""Whether a machine's own clock can be believed: no clock is better than a wrong one."""

from pathlib import Path

import pytest

from program.kernel_clock import kept_by_hardware


@pytest.mark.parametrize(
    ("hardware", "believed"), [("1000003\n", True), ("1000010\n", False), ("315532800\n", False), ("", False)]
)
def test_a_hardware_clock_keeps_the_time_only_where_both_agree(tmp_path: Path, hardware: str, *, believed: bool) -> None:
    clock = tmp_path / "since_epoch"
    clock.write_text(hardware, encoding="ascii")
    assert kept_by_hardware(1_000_000.0, clock) is believed


def test_a_machine_without_one_has_no_clock(tmp_path: Path) -> None:
    assert not kept_by_hardware(1_000_000.0, tmp_path / "none")
