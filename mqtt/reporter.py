"""What a device says of itself on `device/{id}`: at each connect, at each change, once a second at most.

How its machine is goes with it, looked at twice a minute. Changes that tell nobody anything are left out: a message for each
degree would be all that the broker does at night.
"""

import logging
from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from mqtt.contract import DEVICE, DeviceState, Health, Message, OrderMessage, Seen, StoreBeat
from mqtt.session import Heard, Session
from program import vitals
from program.inbox import Inbox
from program.loop import Timed
from program.version import VERSION
from program.vitals import Vitals

log = logging.getLogger(__name__)

AT_MOST_EVERY_SECONDS: Final = 1.0
LOOK_EVERY_SECONDS: Final = 30.0
DEGREES: Final = 3
MEGABYTES: Final = 10
CLOCK_SECONDS: Final = 2
"""What has changed by less is not said anew."""


class Reporter(Timed):
    """Give it to the Loop as `timed`, and tell it after each step."""

    def __init__(
        self,
        device: str,
        role: str,
        session: Session,
        inbox: Inbox,
        faults: tuple[str, ...],
        look: Callable[[], Vitals] = vitals.look,
    ) -> None:
        """`faults`: what a technician has to see to, found at the start; told in the log too. `look`: how its machine is."""
        self._device = device
        self._role = role
        self._session = session
        self._inbox = inbox
        self._faults = faults
        for fault in faults:
            log.warning("%s", fault)
        self._said: DeviceState | None = None
        self._to_say: DeviceState | None = None
        self._not_before = 0.0
        self._look = look
        self._look_at = 0.0
        self._beat: tuple[int, float] | None = None  # the store's time when its last beat came, and when that was
        self._of_the_machine = Health()
        self._obeyed = ""

    def heard(self, event: object, now: float) -> None:
        """What the program was told: the store's time, and orders, of which it says that it took them."""
        match event:
            case Heard(message=StoreBeat(up=True) as beat, live=True):
                self._beat = (beat.wall_ms, now)
            case Heard(message=OrderMessage(id=order)):
                self._obeyed = order

    def tell(self, showing: Seen | None, health: Health) -> None:
        """The device as it is now; `health` without the faults of the start, which come first, the counters of inbox and
        session, and how the machine is."""
        connection = self._session.connection
        if connection is None:
            return
        state = DeviceState(
            device=self._device,
            up=True,
            connection=connection,
            boot=self._session.boot,
            version=VERSION,
            role=self._role,
            showing=showing,
            health=replace(
                health,
                refused_messages=self._session.refused,
                dropped_events=self._inbox.dropped,
                faults=(*self._faults, *health.faults),
                temperature_c=self._of_the_machine.temperature_c,
                memory_mb=self._of_the_machine.memory_mb,
                clock_off_seconds=self._of_the_machine.clock_off_seconds,
            ),
            obeyed=self._obeyed,
        )
        self._to_say = state if state != self._said else None

    def next_deadline(self) -> float | None:
        """Monotonic seconds: when something is to be said, or the machine looked at."""
        return self._look_at if self._to_say is None else min(self._not_before, self._look_at)

    def tick(self, now: float) -> None:
        """Look, and say what is to be said; what could not be published is said again."""
        if now >= self._look_at:
            self._look_at = now + LOOK_EVERY_SECONDS
            self._of_the_machine = self._seen(self._look(), now)
        if self._to_say is None or now < self._not_before:
            return
        self._not_before = now + AT_MOST_EVERY_SECONDS
        if self._session.publish(DEVICE.name, self._device, self._to_say):
            self._said, self._to_say = self._to_say, None

    def _seen(self, machine: Vitals, now: float) -> Health:
        """How the machine is, as it is told with the next event: where little has changed, as it was told before."""
        before, off = self._of_the_machine, None
        if self._beat is not None:
            store_ms, at = self._beat
            off = round((machine.wall_ms - store_ms) / 1000 - (now - at))
        return Health(
            temperature_c=_steady(before.temperature_c, machine.temperature_c, DEGREES),
            memory_mb=_steady(before.memory_mb, machine.memory_mb, MEGABYTES),
            clock_off_seconds=_steady(before.clock_off_seconds, off, CLOCK_SECONDS),
        )


def _steady(before: int | None, now: int | None, step: int) -> int | None:
    return before if before is not None and now is not None and abs(now - before) < step else now


def last_will(device: str, role: str, connection: str) -> tuple[str, Message]:
    """What the broker says when this device is gone, and where."""
    return f"{DEVICE.name}/{device}", DeviceState(device=device, up=False, connection=connection, role=role)
