"""What a technician may order any display to do. Pure."""

from dataclasses import dataclass

from mqtt.contract import OrderMessage, Restart, TestSound
from mqtt.session import Heard


@dataclass(frozen=True, slots=True)
class TryVoice:
    """Play the chime and a sentence."""


@dataclass(frozen=True, slots=True)
class StartAnew:
    """End the program; systemd starts it again."""


OrderAction = TryVoice | StartAnew


def obeyed(event: object) -> tuple[OrderAction, ...]:
    """The action that an order asks for. Identify shows itself (`known.py`); what is not an order asks for nothing."""
    match event:
        case Heard(message=OrderMessage(order=TestSound())):
            return (TryVoice(),)
        case Heard(message=OrderMessage(order=Restart())):
            return (StartAnew(),)
    return ()
