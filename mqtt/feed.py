"""Is what a screen shows still true? Pure: fed with beats and snapshots, asked with the monotonic clock (law 7)."""

from dataclasses import dataclass

from mqtt.contract import FEED_LOST_AFTER_SECONDS, StoreBeat
from program.frozen import replace


@dataclass(frozen=True)
class Feed:
    """What a device knows of its feed. Times are the device's monotonic clock in seconds."""

    connected: bool = False
    store_here: bool = False  # it was heard live on this connection, and not said to be down since
    beat: StoreBeat | None = None  # the last live one that said up
    beat_at: float | None = None
    behind_since: float | None = None  # the store has a newer snapshot of ours, which has not arrived

    @property
    def live_epoch(self) -> str | None:
        """The epoch of the store that is heard now. None: whatever comes next may be another one's, before its first beat."""
        return self.beat.epoch if self.store_here and self.beat is not None else None

    def lost(self, now: float) -> bool:
        """Nothing live from the store lately, or a snapshot of ours that is known to be old."""
        if not self.connected or self.beat is None or self.beat_at is None:
            return True
        if now >= self.beat_at + FEED_LOST_AFTER_SECONDS:
            return True
        return self.behind_since is not None and now >= self.behind_since + FEED_LOST_AFTER_SECONDS

    def wall_ms(self, now: float) -> int | None:
        """The store's wall time now: its last live beat's plus the monotonic time since. None before the first."""
        if self.beat is None or self.beat_at is None:
            return None
        return self.beat.wall_ms + int((now - self.beat_at) * 1000)

    def deadline(self) -> float | None:
        """When `lost` may turn true if nothing more is heard."""
        if self.beat_at is None:
            return None
        at = self.beat_at + FEED_LOST_AFTER_SECONDS
        return at if self.behind_since is None else min(at, self.behind_since + FEED_LOST_AFTER_SECONDS)


def connected(feed: Feed) -> Feed:
    """A connection to the broker stands; the store may have been started again meanwhile."""
    return replace(feed, connected=True)


def disconnected(feed: Feed) -> Feed:
    """No connection: nobody is heard, the clock goes on."""
    return replace(feed, connected=False, store_here=False)


def heard_beat(feed: Feed, beat: StoreBeat, *, live: bool, now: float) -> Feed:
    """A message on `store`. A retained one, or a last will of another connection than the newest, proves nothing."""
    if not beat.up:
        current = feed.beat is None or feed.beat.connection == beat.connection
        return replace(feed, beat_at=None, store_here=False) if current else feed
    if not live:
        return feed
    return replace(feed, beat=beat, beat_at=now, store_here=True)


def compared(heard: Feed, before: Feed, topic: str, shown_epoch: str | None, shown_sequence: int, now: float) -> Feed:
    """What was heard of the store, with the snapshot on `topic` that this device shows held against the store's own progress.
    `before`: how it stood with that snapshot until now."""
    behind_since = before.behind_since
    if heard.beat is not None:
        newest = next((p.sequence for p in heard.beat.progress if p.topic == topic), 0)
        fresh = shown_epoch == heard.beat.epoch and shown_sequence >= newest
        behind_since = None if fresh else now if behind_since is None else behind_since
    return heard if behind_since == heard.behind_since else replace(heard, behind_since=behind_since)
