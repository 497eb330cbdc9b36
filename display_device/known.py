"""What a display has heard of the store: is it still true, what time is it, what are the places called. Pure.

Rules:
- A snapshot replaces the one shown unless it is older: within an epoch the sequence decides; a snapshot of another epoch
  never replaces one of the store that is heard now. A store that was started again is not heard before its first beat,
  and its snapshots come before that.
- Wall time comes from the store's live beats and is None before the first (law 10).
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from mqtt.contract import Day, DoctorCard, Identify, Message, Name, OrderMessage, PointCard, SiteCard, StoreBeat, ZoneCard
from mqtt.feed import Feed, connected, disconnected, heard_beat
from mqtt.session import Connected, Disconnected, Heard
from program.frozen import replace

UNNAMED: Final = Name(fa="")
IDENTIFY_SECONDS: Final = 8.0
YELLOW_SECONDS: Final = 16.0
"""A called number stays in sight for 15 s at least; the second more is the way from the store to the screen."""


@dataclass(frozen=True)
class Known:
    """The store's own words that every display needs."""

    feed: Feed = field(default_factory=Feed)
    site: SiteCard | None = None
    day: Day | None = None
    identify_until: float | None = None

    def identifies(self, now: float) -> bool:
        """Whether a technician wants to see which device this is."""
        return self.identify_until is not None and now < self.identify_until

    def wall_ms(self, now: float) -> int | None:
        """The store's wall time in milliseconds, carried on by the monotonic clock."""
        return self.feed.wall_ms(now)

    def local_time(self, wall_ms: int | None) -> datetime | None:
        """`wall_ms` in the site's time zone."""
        if wall_ms is None or self.site is None:
            return None
        return datetime.fromtimestamp(wall_ms / 1000, UTC).astimezone(_zone(self.site.time_zone))

    def last_heard(self) -> str | None:
        """The hour ("HH:MM") of the last live beat, for a screen that lost its feed."""
        beat = self.feed.beat
        local = self.local_time(beat.wall_ms if beat else None)
        return f"{local:%H:%M}" if local else None

    def point(self, point_id: str) -> PointCard | None:
        return next((card for card in self.site.points if card.id == point_id), None) if self.site else None

    def zone(self, zone_id: str) -> ZoneCard | None:
        return next((card for card in self.site.zones if card.id == zone_id), None) if self.site else None

    def doctor(self, code: int) -> DoctorCard | None:
        return next((card for card in self.site.doctors if card.code == code), None) if self.site else None

    def department_name(self, code: int) -> Name:
        cards = self.site.departments if self.site else ()
        return next((card.name for card in cards if card.code == code), UNNAMED)

    def pause_name(self, reason: str) -> Name:
        cards = self.site.pause_reasons if self.site else ()
        return next((card.name for card in cards if card.id == reason), UNNAMED)

    def class_name(self, class_id: str) -> Name:
        cards = self.site.priority_classes if self.site else ()
        return next((card.name for card in cards if card.id == class_id), UNNAMED)


def is_newer(feed: Feed, shown: tuple[str, int] | None, heard: tuple[str, int]) -> bool:
    """Whether a snapshot of (epoch, sequence) `heard` may replace the one of `shown`."""
    if shown is None:
        return True
    if shown[0] == heard[0]:
        return heard[1] >= shown[1]
    return shown[0] != feed.live_epoch


def learn(known: Known, event: object, now: float) -> Known:
    """Take in what every display follows: the connection, beats, the site and the day. Other events change nothing."""
    match event:
        case Connected():
            return replace(known, feed=connected(known.feed))
        case Disconnected():
            return replace(known, feed=disconnected(known.feed))
        case Heard(message=StoreBeat() as beat, live=live):
            return replace(known, feed=heard_beat(known.feed, beat, live=live, now=now))
        case Heard(message=message):
            return _told(known, message, now)
    return known


def _told(known: Known, message: Message, now: float) -> Known:
    match message:
        case SiteCard() as site if is_newer(known.feed, _stamp(known.site), (site.epoch, site.sequence)):
            return replace(known, site=site)
        case Day() as day if is_newer(known.feed, _stamp(known.day), (day.epoch, day.sequence)):
            return replace(known, day=day)
        case OrderMessage(order=Identify()):
            return replace(known, identify_until=now + IDENTIFY_SECONDS)
    return known


def _stamp(message: SiteCard | Day | None) -> tuple[str, int] | None:
    return (message.epoch, message.sequence) if message else None


@lru_cache(maxsize=4)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
