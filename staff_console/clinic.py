"""What the console knows of the clinic, from the retained topics: frozen, and stepped by what is heard. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from mqtt import feed as feeds
from mqtt.contract import Board, Day, DeviceState, PointState, SiteCard, StoreBeat
from mqtt.feed import Feed
from mqtt.session import Cleared, Connected, Disconnected, Heard

FOLLOW: Final = ("store", "site", "day", "board/+", "point/+", "device/+")
_ONE_OF_A_KIND: Final = frozenset({"site", "day"})
_MANY: Final = {"point": "points", "board": "boards", "device": "devices"}
"""The topics with a key, and where their messages are kept."""


@dataclass(frozen=True, slots=True)
class Clinic:
    """As it was heard last. `version` grows with everything that a page may show."""

    version: int = 0
    feed: Feed = field(default_factory=Feed)
    site: SiteCard | None = None
    day: Day | None = None
    points: Mapping[str, PointState] = field(default_factory=dict)
    boards: Mapping[str, Board] = field(default_factory=dict)
    devices: Mapping[str, DeviceState] = field(default_factory=dict)
    seen_at: Mapping[str, float] = field(default_factory=dict)  # when a device last said anything (monotonic), its end too
    connected_at: float | None = None  # since when devices are heard

    def lost(self, now: float) -> bool:
        """Nothing live is heard: what is shown may be old."""
        return self.feed.lost(now) or self.site is None or self.day is None

    def local_time(self, time_zone: str, now: float) -> datetime | None:
        """The store's time at `now` (monotonic seconds) in the site's zone; None before its first beat."""
        wall_ms = self.feed.wall_ms(now)
        return None if wall_ms is None else datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(ZoneInfo(time_zone))


def heard(clinic: Clinic, event: object, now: float) -> Clinic:  # noqa: PLR0911  one case an event
    """The clinic after an event of the session (monotonic seconds)."""
    match event:
        case Connected():
            return replace(clinic, feed=feeds.connected(clinic.feed), connected_at=now)
        case Disconnected():
            return _changed(clinic, feed=feeds.disconnected(clinic.feed))
        case Heard(_, _, StoreBeat() as beat, live):
            return _beaten(clinic, beat, live, now)
        case Heard("device", device, DeviceState() as state, live):
            return _device_told(clinic, device, state, now if live else None)
        case Heard(topic, _, message) if topic in _ONE_OF_A_KIND:
            return _changed(clinic, **{topic: message})
        case Heard(topic, key, message) if topic in _MANY:
            return _changed(clinic, **{_MANY[topic]: {**getattr(clinic, _MANY[topic]), key: message}})
        case Cleared(topic, key) if topic in _MANY:
            left = {name: one for name, one in getattr(clinic, _MANY[topic]).items() if name != key}
            return _changed(clinic, **{_MANY[topic]: left})
    return clinic


def _beaten(clinic: Clinic, beat: StoreBeat, live: bool, now: float) -> Clinic:
    after = replace(clinic, feed=feeds.heard_beat(clinic.feed, beat, live=live, now=now))
    return _changed(after) if after.lost(now) != clinic.lost(now) else after


def _device_told(clinic: Clinic, device: str, state: DeviceState, at: float | None) -> Clinic:
    """A device tells how it is, or the broker that it is gone; of an earlier connection than its own that is old. `at`: None
    for what the broker kept, of which nobody knows when it was said."""
    known = clinic.devices.get(device)
    if not state.up and known is not None and known.up and known.connection != state.connection:
        return clinic
    seen_at = clinic.seen_at if at is None else {**clinic.seen_at, device: at}
    return _changed(clinic, devices={**clinic.devices, device: state}, seen_at=seen_at)


def _changed(clinic: Clinic, **fields: Any) -> Clinic:
    return replace(clinic, version=clinic.version + 1, **fields)
