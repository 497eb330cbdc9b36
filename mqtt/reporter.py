"""What a device says of itself on `device/{id}`: at each connect, at each change, once a second at most."""

import logging
from typing import Final

from msgspec.structs import replace

from mqtt.contract import DEVICE, DeviceState, Health, Message, Seen
from mqtt.session import Session
from program.inbox import Inbox
from program.loop import Timed
from program.version import VERSION

log = logging.getLogger(__name__)

AT_MOST_EVERY_SECONDS: Final = 1.0


class Reporter(Timed):
    """Give it to the Loop as `timed`, and tell it after each step."""

    def __init__(self, device: str, role: str, session: Session, inbox: Inbox, faults: tuple[str, ...]) -> None:
        """`faults`: what a technician has to see to, found at the start; told in the log too."""
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

    def tell(self, showing: Seen | None, health: Health) -> None:
        """The device as it is now; `health` without the faults of the start, which come first, and the counters of inbox and
        session."""
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
            ),
        )
        self._to_say = state if state != self._said else None

    def next_deadline(self) -> float | None:
        """Monotonic seconds, or None when all is said."""
        return None if self._to_say is None else self._not_before

    def tick(self, now: float) -> None:
        """Say it; what could not be published is said again."""
        self._not_before = now + AT_MOST_EVERY_SECONDS
        if self._to_say is not None and self._session.publish(DEVICE.name, self._device, self._to_say):
            self._said, self._to_say = self._to_say, None


def last_will(device: str, role: str, connection: str) -> tuple[str, Message]:
    """What the broker says when this device is gone, and where."""
    return f"{DEVICE.name}/{device}", DeviceState(device=device, up=False, connection=connection, role=role)
