"""What a technician may order any display to do. Pure."""

from dataclasses import dataclass

from mqtt.contract import Identify, OrderMessage, Restart, TestSound
from mqtt.session import Heard


@dataclass(frozen=True, slots=True)
class TryVoice:
    """Play the chime and a sentence."""


@dataclass(frozen=True, slots=True)
class Beep:
    """A short sound, for whoever looks for the device whose name stands on it."""


@dataclass(frozen=True, slots=True)
class StartAnew:
    """End the program; systemd starts it again."""


OrderAction = TryVoice | Beep | StartAnew


def obeyed(event: object) -> tuple[OrderAction, ...]:
    """The action that an order asks for. Who is identified shows its name too (`known.py`); all else asks for nothing."""
    match event:
        case Heard(message=OrderMessage(order=Identify())):
            return (Beep(),)
        case Heard(message=OrderMessage(order=TestSound())):
            return (TryVoice(),)
        case Heard(message=OrderMessage(order=Restart())):
            return (StartAnew(),)
    return ()
