"""What the kiosk says of itself on `device/{id}`: at each connection and on each change, once a second at most. Pure."""

from dataclasses import replace
from typing import Final

from kiosk_device.state import Action, Kiosk, Result, Tell
from mqtt.contract import DeviceState, Health, Seen
from program.version import VERSION

EVERY_SECONDS: Final = 1.0
ROLE: Final = "kiosk"


def device_state(kiosk: Kiosk, connection: str) -> DeviceState:
    """How this kiosk is now. The program adds what only it can count."""
    day = kiosk.day
    return DeviceState(
        device=kiosk.device,
        up=True,
        connection=connection,
        boot=kiosk.boot,
        version=VERSION,
        role=ROLE,
        showing=Seen(epoch=day.epoch, sequence=day.sequence) if day else None,
        health=Health(
            printer=kiosk.printer,
            input_ok=kiosk.pad_present and not kiosk.keys.stuck,
            speaker_ok=kiosk.speaker_ok,
            stuck_keys=tuple(sorted(kiosk.keys.stuck)),
        ),
    )


def last_will(device: str, connection: str) -> DeviceState:
    """What the broker says of this kiosk when `connection` ends."""
    return DeviceState(device=device, up=False, connection=connection, role=ROLE)


def told(kiosk: Kiosk, now: float) -> Result:
    """Say how it is, if that is news and its second has come; else remember when."""
    if kiosk.connection is None:
        return (replace(kiosk, told=None, tell_at=None) if kiosk.told else kiosk), ()
    state = device_state(kiosk, kiosk.connection)
    if state == kiosk.told:
        return (replace(kiosk, tell_at=None) if kiosk.tell_at is not None else kiosk), ()
    if kiosk.told is not None and now < kiosk.told_at + EVERY_SECONDS:
        return replace(kiosk, tell_at=kiosk.told_at + EVERY_SECONDS), ()
    tell: tuple[Action, ...] = (Tell(state),)
    return replace(kiosk, told=state, told_at=now, tell_at=None), tell
