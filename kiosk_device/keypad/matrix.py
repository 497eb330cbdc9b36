"""Which key of a matrix is down, out of scans: two equal ones, and one key alone. Pure.

Membrane pads have no diodes: three keys on two rows make a fourth read as pressed. So more than one key at a time means
nothing, until one or none is left.
"""

from dataclasses import dataclass

from pads.events import KeyDown, KeyUp


@dataclass(frozen=True, slots=True)
class Scans:
    """The last scan and the key that counts as down."""

    last: frozenset[str] | None = None
    down: str | None = None

    @property
    def quiet(self) -> bool:
        """No key is down and none bounces: the next edge may start the next scan."""
        return self.down is None and self.last == frozenset()


def scanned(scans: Scans, pressed: frozenset[str]) -> tuple[Scans, tuple[KeyDown | KeyUp, ...]]:
    """Take in one scan: the legends that read as pressed."""
    if pressed != scans.last or len(pressed) > 1:
        return Scans(pressed, scans.down), ()
    key = next(iter(pressed), None)
    if key == scans.down:
        return scans, ()
    up = (KeyUp(scans.down),) if scans.down else ()
    down = (KeyDown(key),) if key else ()
    return Scans(pressed, key), (*up, *down)
