"""How the kiosk is, and which day it shows, for what it says of itself on `device/{id}`. Pure."""

from typing import Final

from kiosk_device.state import Kiosk
from mqtt.contract import Health, Seen

ALONE: Final = "the store is away: this kiosk gives numbers of its own"


def health_of(kiosk: Kiosk) -> Health:
    """How its hardware is."""
    return Health(
        printer=kiosk.printer,
        input_ok=kiosk.pad_present and not kiosk.keys.stuck,
        speaker_ok=kiosk.speaker_ok,
        stuck_keys=tuple(sorted(kiosk.keys.stuck)),
        unsettled=sum(paper.answered_at_ms is None for paper in kiosk.papers.by_request.values()),
        faults=(ALONE,) if kiosk.alone is not None else (),
    )


def showing(kiosk: Kiosk) -> Seen | None:
    """The commit whose day stands on its screen; none while it is alone."""
    if kiosk.day is None or kiosk.alone is not None:
        return None
    return Seen(epoch=kiosk.day.epoch, sequence=kiosk.day.sequence)
