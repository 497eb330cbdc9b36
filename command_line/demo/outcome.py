"""What the morning leaves behind: papers, screens, announcements, a summary; and whether it all holds together."""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

from booking_store.database import LedgerError
from booking_store.reports import ticket_stories
from command_line.demo.clinic import Clinic
from display_device.pictures import album as display_album
from display_device.pictures import counter, waiting_room
from kiosk_device.picture import picture_of as kiosk_picture
from kiosk_device.pictures import album as kiosk_album
from rules.digits import fold_digits
from screen.phrases import load
from screen.style import Size
from twins.escpos_picture import picture_of_job

FEWEST_PATIENTS = 90


def write_outcome(clinic: Clinic, played: list[str], codes: list[str], wrongs: list[str]) -> list[str]:
    """Write the folder's files; returns `wrongs` and what does not hold together besides, empty when all is well. `codes`
    were heard by telephone."""
    try:
        stories = ticket_stories(clinic.database)
    except LedgerError as problem:
        return [*wrongs, str(problem)]
    papers = write_papers(clinic)
    gather_screens(clinic.out / "screens")
    sounds = sorted((clinic.out / "announcements").glob("*.wav"))
    texts = _texts(clinic.texts_file)
    wrongs = [*wrongs, *_contradictions(stories, papers, len(sounds)), *_untold(codes, texts)]
    summary = {
        "tickets": stories,
        "papers": papers,
        "announcements": len(sounds),
        "texts": len(texts),
        "scenes": played,
        "wrong": wrongs,
    }
    (clinic.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return wrongs


def write_papers(clinic: Clinic) -> int:
    """Each job as the printer got it, and as the paper looks."""
    folder = clinic.out / "tickets"
    folder.mkdir(parents=True, exist_ok=True)
    jobs = sorted((clinic.folder / "printed").glob("*/*.bin"))
    for count, job in enumerate(jobs, start=1):
        data = job.read_bytes()
        (folder / f"{count:03}.bin").write_bytes(data)
        picture_of_job(data).save(folder / f"{count:03}.png", optimize=True)
    return len(jobs)


def gather_screens(folder: Path) -> None:
    """Each device's pictures into one folder, and beside them the album: also the screens that this morning never showed."""
    for device in [path for path in folder.iterdir() if path.is_dir()]:
        for picture in device.glob("*.png"):
            picture.rename(folder / f"{device.name}_{picture.name}")
        for left in device.iterdir():
            left.unlink()
        device.rmdir()
    small, large, phrases = Size(1024, 600), Size(1920, 1080), load("fa")
    album = {f"kiosk_{name}": kiosk_picture(view, small) for name, view in kiosk_album.views("fa").items()}
    album |= {f"counter_{name}": counter.picture_of(view, small, phrases) for name, view in display_album.counters().items()}
    album |= {f"hall_{name}": waiting_room.picture_of(view, large, phrases) for name, view in display_album.halls().items()}
    for name, drawn in album.items():
        drawn.save(folder / f"album_{name}.png", compress_level=1)


def _texts(file: Path) -> list[str]:
    """The words of every text that left."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return [json.loads(line)["body"] for line in lines]


def _untold(codes: list[str], texts: list[str]) -> list[str]:
    """Every caller who heard a code has one text with it."""
    told = Counter(code for text in texts for code in re.findall(r"\b[0-9]{8}\b", fold_digits(text)))
    return [f"one text carries code {code}, not {told[code]}" for code in codes if told[code] != 1]


def _contradictions(stories: list[dict[str, Any]], papers: int, sounds: int) -> list[str]:
    numbers = Counter(story["number"] for story in stories)
    calls = sum(len(story["calls"]) for story in stories)
    checks = {
        f"at least {FEWEST_PATIENTS} patients, not {len(stories)}": len(stories) >= FEWEST_PATIENTS,
        f"no number twice: {[number for number, count in numbers.items() if count > 1]}": max(numbers.values(), default=0) <= 1,
        f"an outcome for each: {[story['number'] for story in stories if not story['outcome']]}": all(
            story["outcome"] for story in stories
        ),
        f"a paper for nearly each of {len(stories)}, not {papers}": papers >= len(stories) - 2,
        f"an announcement for nearly each of {calls} calls, not {sounds}": sounds >= calls * 0.8,
    }
    return [sentence for sentence, holds in checks.items() if not holds]


def prepare_folder(out: Path) -> None:
    """An empty folder for the outcome; only what a former demo left there is removed."""
    out.mkdir(parents=True, exist_ok=True)
    for part in ("tickets", "screens", "announcements", "letters", "slips", "batches"):
        for old in sorted((out / part).rglob("*"), reverse=True):
            old.unlink() if old.is_file() else old.rmdir()
    for file in ("summary.json", "texts.jsonl", "statistics.csv"):
        (out / file).unlink(missing_ok=True)
