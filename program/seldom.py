"""Says of what fails again and again when to tell it: it may fail at every turn, and must not fill the disk with its lines."""


class Seldom:
    """Remembers what was told in the last seconds, and nothing longer."""

    def __init__(self, every_seconds: float) -> None:
        self._every_seconds = every_seconds
        self._told_at: dict[str, float] = {}

    def is_due(self, what: str, now: float) -> bool:
        """Whether to tell it now, in seconds of whichever clock the caller has; then it counts as told. A clock that was set
        back lets everything be told."""
        self._told_at = {one: at for one, at in self._told_at.items() if 0 <= now - at < self._every_seconds}
        if what in self._told_at:
            return False
        self._told_at[what] = now
        return True
