"""From how far a screen's digits can be read (EN 301 549 5.1.4), held against where the device's file says people stand."""

from program.settings import ScreenSettings
from screen.style import Size, digit_height_needed


def read_from_meters(digit_pixels: float, size: Size, diagonal_inches: float) -> float:
    """The farthest that digits of this height can be read from."""
    return digit_pixels / digit_height_needed(size, diagonal_inches=diagonal_inches, viewing_distance_meters=1.0)


def faults(digit_pixels: float, screen: ScreenSettings) -> tuple[str, ...]:
    """What a technician has to see to where digits of this height are too small for this screen and its readers."""
    reach = read_from_meters(digit_pixels, Size(screen.width, screen.height), screen.diagonal_inches)
    if reach >= screen.viewing_distance_meters:
        return ()
    fault = (
        f"the digits on this {screen.diagonal_inches:g}-inch screen can be read from {reach:.1f} m, "
        f"and people stand {screen.viewing_distance_meters:g} m away (hardware.md, 7)"
    )
    return (fault,)
