"""Whether this machine's wall clock can be believed: the kernel's word on it, and the hardware clock's. Nothing here tells
the time."""

import ctypes
from pathlib import Path
from typing import Final

TIME_ERROR: Final = 5  # adjtimex(2): the clock is not synchronised
TIMEX_BYTES: Final = 512  # struct timex is 208 bytes on 64 bits
HARDWARE_CLOCK: Final = Path("/sys/class/rtc/rtc0/since_epoch")
AGREES_WITHIN_SECONDS: Final = 5.0
_C_LIBRARY: Final = ctypes.CDLL(None)  # opened once: the store asks several times for each press, and opening costs ten askings


def synchronised() -> bool:
    """The kernel's word on whether its clock is synchronised (chrony, timesyncd and ntpd all tell it)."""
    timex = ctypes.create_string_buffer(TIMEX_BYTES)  # zeros: asks, and sets nothing
    return _C_LIBRARY.ntp_adjtime(timex) not in {TIME_ERROR, -1}


def kept_by_hardware(wall_seconds: float, hardware_clock: Path = HARDWARE_CLOCK) -> bool:
    """Whether a hardware clock says the same as the wall clock. One whose battery is dead, or that was never there, lets the
    system start with the time at which it was shut down, and does not agree with it."""
    try:
        hardware_seconds = float(hardware_clock.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False
    return abs(hardware_seconds - wall_seconds) < AGREES_WITHIN_SECONDS
