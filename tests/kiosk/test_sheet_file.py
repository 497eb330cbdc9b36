"""What a kiosk keeps for when it is alone: whole or not at all, and for nobody else to read."""

from pathlib import Path

import pytest

from kiosk_device.sheet_file import SheetFile
from program import durable_file
from tests.kiosk.clinic import SITE, sheet, sheet_code, turns

SHEET = sheet(sheet_code(), walk_ins=(turns(20, 2),))


def test_a_start_finds_the_newest_sheet_and_the_words_on_the_doors(tmp_path: Path) -> None:
    before = SheetFile(tmp_path)
    assert (before.sheet, before.site) == (None, None)
    before.keep(sheet())
    before.keep(SHEET)
    before.keep(SITE)
    after = SheetFile(tmp_path)
    assert (after.sheet, after.site) == (SHEET, SITE)


def test_only_the_kiosk_itself_may_read_it(tmp_path: Path) -> None:
    SheetFile(tmp_path).keep(SHEET)
    assert [kept.stat().st_mode & 0o777 for kept in tmp_path.iterdir()] == [0o600]


def test_a_spoilt_sheet_is_no_sheet_wherever_it_is_spoilt(tmp_path: Path) -> None:
    SheetFile(tmp_path).keep(SHEET)
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        assert SheetFile(tmp_path).sheet is None
        path.write_bytes(whole[:place])
        assert SheetFile(tmp_path).sheet is None
    path.write_bytes(whole)
    assert SheetFile(tmp_path).sheet == SHEET


def test_a_disk_that_is_full_keeps_the_sheet_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = SheetFile(tmp_path)
    file.keep(sheet())

    def full(_: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(durable_file.os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        file.keep(SHEET)
    assert SheetFile(tmp_path).sheet == sheet()


def test_a_kiosk_that_has_no_sheet_any_more_forgets_it(tmp_path: Path) -> None:
    file = SheetFile(tmp_path)
    file.keep(SHEET)
    file.forget_sheet()
    file.forget_sheet()
    assert SheetFile(tmp_path).sheet is None
