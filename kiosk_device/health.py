"""How the kiosk is, and which day it shows, for what it says of itself on `device/{id}`. Pure."""

from kiosk_device.state import Kiosk
from mqtt.contract import Health, Seen


def health_of(kiosk: Kiosk) -> Health:
    """How its hardware is."""
    return Health(
        printer=kiosk.printer,
        input_ok=kiosk.pad_present and not kiosk.keys.stuck,
        speaker_ok=kiosk.speaker_ok,
        stuck_keys=tuple(sorted(kiosk.keys.stuck)),
    )


def showing(kiosk: Kiosk) -> Seen | None:
    """The commit whose day stands on its screen."""
    return Seen(epoch=kiosk.day.epoch, sequence=kiosk.day.sequence) if kiosk.day else None
