"""What a technician sends to whoever helps: the findings, the versions, the last of the journal. No secret and no patient is in
it: device files name no password, and the logs carry no mobile, code or name (docs/threats.md).
"""

import io
import json
import platform
import subprocess
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from command_line.doctor.finding import Finding
from program.version import VERSION

LOG_LINES: Final = 2000
WITHIN_SECONDS: Final = 20.0
COMMANDS: Final = {
    "journal.txt": (
        "journalctl",
        "-b",
        "-n",
        str(LOG_LINES),
        "--no-pager",
        "-o",
        "short-iso",
        "-u",
        "nobat-*",
        "-u",
        "mosquitto",
    ),
    "failed-units.txt": ("systemctl", "--failed", "--no-pager"),
    "usb.txt": ("lsusb",),
    "disks.txt": ("df", "-h"),
}


def write(place: Path, examined: Mapping[str, Iterable[Finding]], device_files: Iterable[Path]) -> None:
    """The bundle at `place`, readable by its owner only. Raises OSError."""
    found = {whose: [asdict(one) for one in findings] for whose, findings in examined.items()}
    about = {"nobat": VERSION, "python": platform.python_version(), "system": platform.platform(), "findings": found}
    place.touch(mode=0o600)
    with tarfile.open(place, "w:gz") as bundle:
        _add(bundle, "doctor.json", json.dumps(about, ensure_ascii=False, indent=2).encode())
        for file in device_files:
            if file.is_file():
                _add(bundle, f"devices/{file.name}", file.read_bytes())
        for name, command in COMMANDS.items():
            _add(bundle, name, _said(command))


def _said(command: tuple[str, ...]) -> bytes:
    try:
        done = subprocess.run(command, capture_output=True, timeout=WITHIN_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return f"{command[0]}: {problem}\n".encode()
    return done.stdout + done.stderr


def _add(bundle: tarfile.TarFile, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(f"nobat-support/{name}")
    entry.size = len(content)
    bundle.addfile(entry, io.BytesIO(content))
