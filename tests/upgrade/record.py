"""`python -m tests.upgrade.record`: ledgers and messages of older releases, as `recorded/` keeps them. It needs the history.

Run again it writes the same, but for what a release draws by chance (codes are drawn from a seed, epochs are not).
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
RECORDED: Final = Path(__file__).parent / "recorded"
OLD_RELEASE: Final = "dbb2209"
"""The clinic's morning was finished: the oldest state whose devices may hang in a clinic. The first tag takes its place."""
LEDGERS: Final = {
    "0001": "cb381ef^", "0002": "bfa373f^", "0003": "177a811^", "0004": "9d0a66e^", "0005": "b1f38e9^", "0006": "1b31a20^",
    "0007": "7d5a383^", "0008": "e675f70^", "0011": "3253b54^", "0012": "fb8ae47^",
    "0013": "718ed78^",
}  # fmt: skip
"""The last state at each revision of the tables. No program ever ran at 0009 and 0010: they came with 0011."""


@contextmanager
def source_of(commit: str) -> Iterator[Path]:
    """The source at that commit, in a folder beside, for as long as this lasts. Raises CalledProcessError where the history is
    not there."""
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch) / "source"
        place.mkdir()
        packed = subprocess.run(["git", "-C", str(ROOT), "archive", commit], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", str(place)], input=packed, check=True)
        yield place


def record(commit: str, into: Path) -> None:
    """Play the morning there. Raises CalledProcessError."""
    with source_of(commit) as source:
        played = [sys.executable, str(Path(__file__).with_name("recording.py")), str(into)]
        subprocess.run(played, cwd=source, env={**os.environ, "PYTHONPATH": str(source)}, check=True)


def main() -> None:
    """All of them."""
    RECORDED.mkdir(exist_ok=True)
    for revision, commit in LEDGERS.items():
        with tempfile.TemporaryDirectory() as scratch:
            record(commit, Path(scratch))
            (RECORDED / f"ledger-{revision}.sql").write_bytes((Path(scratch) / f"ledger-{revision}.sql").read_bytes())
    with tempfile.TemporaryDirectory() as scratch:
        record(OLD_RELEASE, Path(scratch))
        for name in ("asked.jsonl", "told.jsonl", "every.jsonl"):
            (RECORDED / name).write_bytes((Path(scratch) / name).read_bytes())
    with source_of(OLD_RELEASE) as source:
        (RECORDED / "schemas").mkdir(exist_ok=True)
        for schema in sorted((source / "docs/schemas").glob("*.json")):
            (RECORDED / "schemas" / schema.name).write_bytes(schema.read_bytes())


if __name__ == "__main__":
    main()
