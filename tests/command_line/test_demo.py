"""The scripted morning from end to end, `nobat demo --headless`, as a newcomer runs it."""

import json
import os
import re
import subprocess
import sys
import wave
from pathlib import Path

import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
WITHIN_SECONDS = 600
FEWEST_PATIENTS = 90


@pytest.mark.last
def test_a_whole_morning_ends_well_and_leaves_its_papers(tmp_path: Path) -> None:
    out = tmp_path / "demo-output"
    command = [sys.executable, "-m", "command_line", "demo", "--headless", "--out", str(out)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as demo:
        try:
            said, _ = demo.communicate(timeout=WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            demo.terminate()
            said, _ = demo.communicate()
    assert demo.returncode == 0, said

    tickets = json.loads((out / "summary.json").read_text(encoding="utf-8"))["tickets"]
    assert len(tickets) >= FEWEST_PATIENTS
    assert len({ticket["number"] for ticket in tickets}) == len(tickets)
    for ticket in tickets:
        assert {"number", "department", "source", "issued_at", "calls", "outcome"} <= ticket.keys()
        assert ticket["outcome"]
        assert all({"point", "called_at"} <= call.keys() for call in ticket["calls"])
    _has_papers(out / "tickets", fewest=FEWEST_PATIENTS)
    _has_sounds(out / "announcements", fewest=FEWEST_PATIENTS)
    assert len(list((out / "screens").rglob("*.png"))) > 20
    _logs_name_nobody(tmp_path / ".nobat" / "demo", out / "texts.jsonl")


def _logs_name_nobody(folder: Path, texts: Path) -> None:
    """What the programs wrote down in a whole morning has none of the mobiles that were texted, and no code."""
    mobiles = {json.loads(line)["to"] for line in texts.read_text(encoding="utf-8").splitlines()}
    logs = {file.name: file.read_text(encoding="utf-8", errors="replace") for file in folder.glob("*.log")}
    assert len(mobiles) > 5
    assert len(logs) > 5
    assert not [name for name, log in logs.items() if any(mobile in log for mobile in mobiles)]
    del logs["mosquitto.log"]  # the broker names clients without a name by chance, in letters and digits
    assert not [name for name, log in logs.items() if re.search(r"(?<!\w)\d{8}(?!\w)", log)]


def _has_papers(folder: Path, fewest: int) -> None:
    """Each paper twice: the printer's bytes, and how it looks."""
    jobs, pictures = sorted(folder.glob("*.bin")), sorted(folder.glob("*.png"))
    assert len(jobs) >= fewest
    assert [job.stem for job in jobs] == [picture.stem for picture in pictures]
    assert all(job.stat().st_size for job in jobs)
    with Image.open(pictures[0]) as picture:
        assert picture.width == 576


def _has_sounds(folder: Path, fewest: int) -> None:
    sounds = list(folder.glob("*.wav"))
    assert len(sounds) >= fewest
    with wave.open(str(sounds[0])) as sound:
        assert sound.getnframes() > sound.getframerate() // 2
