"""A bundle is unpacked where Python may write beside what it runs: on a stick, in a home folder."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installing.source import MANIFEST

HERE = Path(__file__).parents[2]


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """The smallest bundle, as tar leaves it there."""
    folder = tmp_path / "bundle"
    shutil.copytree(HERE / "installing", folder / "installing", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(HERE / "systemd", folder / "systemd")
    shutil.copy(HERE / "install.sh", folder)
    files = {
        str(file.relative_to(folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }
    (folder / MANIFEST).write_text(json.dumps({"version": "1.0", "made": "", "files": files}))
    return folder


def test_the_installer_takes_its_own_bytecode_for_no_stranger_in_the_bundle(stick: Path) -> None:
    writing = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-m", "installing", "--role", "kiosk", "--dry-run"],
            cwd=stick, env=writing, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert list(stick.rglob("*.pyc")), "Python wrote none: this proves nothing"
