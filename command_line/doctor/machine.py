"""The machine under the programs: its clock, disk, memory, power and heat. Everything is read from files, below a root that
the tests replace; a file that is not there says nothing.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from command_line.doctor.finding import Finding, ill, watch, well
from installing.read_only import NOT_KEPT, forgets, keeps, mounts
from program import kernel_clock, vitals

BUILT_AFTER: Final = 1_763_769_600.0
"""2025-11-22: no clock that is right shows less."""
FREE_MB_WATCH, FREE_MB_ILL = 500, 100
MEMORY_MB_WATCH, MEMORY_MB_ILL = 150, 60
DEGREES_WATCH, DEGREES_ILL = 70, 80
"""A Pi slows itself down from 80 degrees Celsius on."""
THROTTLED: Final = Path("sys/devices/platform/soc/soc:firmware/get_throttled")
NOW: Final = {0x1: "too little voltage", 0x2: "slowed down", 0x4: "slowed down to a crawl", 0x8: "at its limit of heat"}
BEFORE_SHIFT: Final = 16
"""The same bits, this much higher, say that it happened since the start."""
TIME_DAEMONS: Final = {"chrony": "run/chrony/chronyd.pid", "systemd-timesyncd": "run/systemd/timesync/synchronized"}


def clock(root: Path = Path("/")) -> Finding:
    """Whether the clock is right, and who keeps it."""
    now = time.time()  # noqa: TID251  the very thing that is looked at
    if now < BUILT_AFTER:
        shown = time.strftime("%Y-%m-%d %H:%M", time.gmtime(now))
        return ill("clock", f"it shows {shown} UTC", "sudo date -s '2026-11-22 08:00', then find out why nothing sets it")
    keeper = next((name for name, proof in TIME_DAEMONS.items() if (root / proof).exists()), "")
    if kernel_clock.synchronised():
        return well("clock", f"synchronised{f' by {keeper}' if keeper else ''}")
    if kernel_clock.kept_by_hardware(now, root / "sys/class/rtc/rtc0/since_epoch"):
        return well("clock", "not synchronised, but the clock module agrees with it")
    return watch(
        "clock",
        "nobody keeps it: neither a time server nor a clock module",
        "name the store's machine as time server (chrony), or fit a clock module: hardware.md",
    )


def disk(folder: Path, root: Path = Path("/")) -> Iterator[Finding]:
    """Room for what the device must write, and whether it may write at all."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    room = os.statvfs(there)
    free_mb = room.f_bavail * room.f_frsize // 1_000_000
    says = f"{there}: {free_mb} MB free"
    if not keeps(folder, root):
        yield ill(
            "disk", f"{folder} lies in memory: {NOT_KEPT}", "put it back and restart, or make it again (docs/read-only.md)"
        )
    elif room.f_flag & os.ST_RDONLY:
        yield ill(
            "disk", f"{there} is read-only", "the data partition could not be written: look at `dmesg`, then change the card"
        )
    elif free_mb < FREE_MB_ILL:
        yield ill("disk", says, "make room: journalctl --vacuum-size=20M, old copies, old releases")
    elif free_mb < FREE_MB_WATCH:
        yield watch("disk", says, "make room before it is full: below 100 MB nothing new is written")
    else:
        yield well("disk", says)
    kinds = [mount.kind for mount in mounts(root) if mount.place == "/"]
    if forgets(root):
        yield well("root file system", "an overlay: what is changed on it is gone at the next start")
    elif kinds:  # the last that was mounted there is the one that counts
        yield well("root file system", f"{kinds[-1]}, writable: unplugging may harm it (docs/read-only.md)")


def memory(root: Path = Path("/")) -> Iterator[Finding]:
    """Memory that programs may still have."""
    try:
        lines = dict(line.split(":", 1) for line in (root / "proc/meminfo").read_text(encoding="ascii").splitlines())
        free_mb = int(lines["MemAvailable"].split()[0]) // 1000
    except (OSError, ValueError, KeyError, IndexError):
        return
    says = f"{free_mb} MB free"
    if free_mb < MEMORY_MB_ILL:
        yield ill("memory", says, "see what takes it: systemd-cgtop -m; a Pi with 512 MB carries one device")
    elif free_mb < MEMORY_MB_WATCH:
        yield watch("memory", says, "see what takes it: systemd-cgtop -m")
    else:
        yield well("memory", says)


def power(root: Path = Path("/")) -> Iterator[Finding]:
    """What a Pi's firmware says of its supply; other machines say nothing."""
    flags = _hexadecimal(root / THROTTLED)
    if flags is None:
        return
    now = [words for bit, words in NOW.items() if flags & bit]
    before = [words for bit, words in NOW.items() if flags & bit << BEFORE_SHIFT]
    do = "a supply of its own, 5.1 V with 3 A (Pi 5: 5 A), and a short thick cable: hardware.md section 2"
    if now:
        yield ill("power", f"{', '.join(now)} (0x{flags:x})", do)
    elif before:
        yield watch("power", f"since the start: {', '.join(before)} (0x{flags:x})", do)
    else:
        yield well("power", "enough since the start")


def heat(root: Path = Path("/")) -> Iterator[Finding]:
    """The processor's temperature."""
    degrees = vitals.look(root / vitals.TEMPERATURE.relative_to("/")).temperature_c
    if degrees is None:
        return
    if degrees >= DEGREES_ILL:
        yield ill("heat", f"{degrees} °C: it slows itself down", "air for the case, a heat sink, no sun on it")
    elif degrees >= DEGREES_WATCH:
        yield watch("heat", f"{degrees} °C", "air for the case before summer")
    else:
        yield well("heat", f"{degrees} °C")


def _hexadecimal(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii").strip(), 16)
    except (OSError, ValueError):
        return None
