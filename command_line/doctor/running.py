"""Whether a device's own program runs now: it holds the device's place at the broker, its pins, its printer and its screen, and
a doctor who took them away would send a patient home.
"""

from pathlib import Path
from typing import Final

PROGRAMS: Final = {
    "kiosk": "kiosk_device",
    "counter": "display_device",
    "room": "display_device",
    "waiting_room": "display_device",
    "phone": "phone_line",
}


def process_of(device_file: Path, role: str, processes: Path = Path("/proc")) -> int | None:
    """The process that was started with this device file (`python -m kiosk_device FILE`), or None."""
    module, wanted = PROGRAMS.get(role, ""), device_file.resolve()
    for folder in processes.glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
            folder_of_process = (folder / "cwd").resolve()
        except OSError:  # it has ended meanwhile, or is somebody else's
            continue
        for mark, name, file in zip(words, words[1:], words[2:], strict=False):
            if mark == "-m" and name == module and (folder_of_process / file).resolve() == wanted:
                return int(folder.name)
    return None
