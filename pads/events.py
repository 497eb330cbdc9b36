"""What a pad tells a program. A reader puts these into the inbox and decides nothing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeyDown:
    """A key went down, by the name that the device gives it; once, however long it stays there."""

    key: str


@dataclass(frozen=True, slots=True)
class KeyUp:
    """A key was let go."""

    key: str


@dataclass(frozen=True, slots=True)
class PadChanged:
    """The pad is there and can be read, or it is not; `why` is for the log."""

    present: bool
    why: str = ""
