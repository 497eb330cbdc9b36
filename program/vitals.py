"""How the machine under a program is: the processor's temperature, the program's memory, the wall clock. Nothing waits here."""

import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

TEMPERATURE: Final = Path("/sys/class/thermal/thermal_zone0/temp")
MEMORY: Final = Path("/proc/self/statm")
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Vitals:
    """One look. None: this machine does not tell."""

    temperature_c: int | None
    memory_mb: int | None
    wall_ms: int  # by this machine's own clock, right or wrong


def looking(clock_offset_file: str | None) -> Callable[[], Vitals]:
    """What looks. The demo and the tests move the store's clock by a file (program/settings.py), and with it this one."""
    if clock_offset_file is None:
        return look
    path = Path(clock_offset_file)

    def moved() -> Vitals:
        try:
            (offset,) = struct.unpack("d", path.read_bytes())
        except (OSError, struct.error):  # it is being written
            offset = 0.0
        return look(offset_seconds=offset)

    return moved


def look(temperature: Path = TEMPERATURE, memory: Path = MEMORY, offset_seconds: float = 0.0) -> Vitals:
    """Read it now."""
    thousandths = _whole_number(temperature, 0)
    pages = _whole_number(memory, 1)  # the second number is what stands in memory
    return Vitals(
        temperature_c=None if thousandths is None else round(thousandths / 1000),
        memory_mb=None if pages is None else round(pages * _PAGE_BYTES / 1e6),
        wall_ms=int((time.time() + offset_seconds) * 1000),  # noqa: TID251  told, so that somebody sees that it is wrong
    )


def _whole_number(file: Path, place: int) -> int | None:
    try:
        return int(file.read_text(encoding="ascii").split()[place])
    except (OSError, ValueError, IndexError):
        return None
