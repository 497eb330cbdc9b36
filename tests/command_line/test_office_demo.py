"""The scripted morning of an insurance office from end to end, as a newcomer runs it."""

import csv
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from booking_store.office_reader import OfficeReader
from booking_store.seal import Seal

ROOT = Path(__file__).parents[2]
SITE = ROOT / "sites" / "foreign_nationals_office.toml"
WITHIN_SECONDS = 500


@pytest.mark.last
def test_an_offices_morning_leaves_tickets_letters_and_counts(tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = [sys.executable, "-m", "command_line", "demo", "--headless", "--site", str(SITE), "--out", str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=WITHIN_SECONDS, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"The staff's pages: http://\S+  \(.*officer, reviewer,.*password", done.stdout)
    assert "identity_key" in (tmp_path / ".nobat" / "demo" / "console.toml").read_text(encoding="utf-8")
    summary = json.loads((out / "summary.json").read_text(encoding="utf-8"))
    assert (summary["cases"], len(summary["letters"]), summary["wrong"]) == (22, 20, [])
    assert len(list((out / "tickets").glob("*.png"))) == len(summary["tickets"])
    serials = sorted(path.stem for path in (out / "letters").glob("*[0-9].pdf"))
    assert serials == [f"1405-{serial:06}" for serial in range(1, 21)]
    assert all(len(pypdfium2.PdfDocument(path)) == 1 for path in (out / "letters").glob("*.pdf"))
    rows = list(csv.reader((out / "statistics.csv").open(encoding="utf-8-sig")))
    assert not [row for row in rows if row[2].isdigit() and 0 < int(row[2]) < 5]
    assert len(list((out / "batches").iterdir())) == 2
    assert (out / "slips" / "letter_1405-000001.png").stat().st_size
    _nobody_is_named(tmp_path, {json.loads(line)["to"] for line in (out / "texts.jsonl").open(encoding="utf-8")})
    _no_code_that_was_typed_lies_about(tmp_path / ".nobat" / "demo")


def _no_code_that_was_typed_lies_about(folder: Path) -> None:
    """Every household typed its code at the kiosk: no log, journal, broker's file or ledger has one; some led to their case."""
    reader = OfficeReader(f"sqlite:///{folder / 'ledger.sqlite'}", Seal.read(folder / "identity.key"))
    cases = [case for day in (1, 2) for case in reader.cases_of_day(day)]
    codes = {household.code for case in cases if (household := reader.household(case.household)) is not None}
    with sqlite3.connect(folder / "ledger.sqlite") as ledger:
        led = ledger.execute("SELECT kept_for FROM office_tickets WHERE household IS NOT NULL").fetchall()
    assert (len(codes), any(kept_for for (kept_for,) in led)) == (22, True)
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert [(path.name, code) for path in files for code in codes if code.encode() in path.read_bytes()] == []


def _nobody_is_named(folder: Path, mobiles: set[str]) -> None:
    """No mobile of a household stands in a log, nor in the ledger from which its text was sent."""
    assert mobiles
    files = [*(folder / ".nobat" / "demo").glob("*.log"), *(folder / ".nobat" / "demo").glob("ledger.sqlite*")]
    assert len(files) > 5
    for file in files:
        content = file.read_bytes()
        assert not [mobile for mobile in mobiles if mobile.encode() in content], file.name
