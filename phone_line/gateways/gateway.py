"""What the SMS worker wants of a gateway: send a text, say what became of it."""

import hashlib
from dataclasses import dataclass
from typing import Final, Protocol

from mqtt.contract import TextOutcome, TextToFollow, TextToSend

SEND_SECONDS: Final = 15.0
"""A gateway answers within this time, whatever happens to it: a text's lease is longer."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a gateway did with a text. `error` is for a technician: no secret is in it, and nobody's number."""

    outcome: TextOutcome
    gateway_id: str = ""  # the gateway's own name for the text
    error: str = ""


class Gateway(Protocol):
    """One gateway. Its methods may wait for SEND_SECONDS and never raise for anything that the gateway does."""

    name: str
    """The site's name for it, by which the ledger remembers who was asked."""
    every_seconds: float
    """It takes one text in this time, and not more."""
    knows_our_ids: bool = False
    """Whether `ask` can tell what became of a text whose sending had no answer."""

    def send(self, text: TextToSend) -> Result:
        """Hand the text over. UNKNOWN: it may have left, or may yet."""
        ...

    def ask(self, text: TextToSend) -> Result:  # noqa: ARG002  for those who know our ids
        """What became of an earlier attempt at this text. TRY_AGAIN: it never came, or failed, and will not leave."""
        return Result(TextOutcome.UNKNOWN, error="it cannot be asked by our id")

    def follow(self, text: TextToFollow) -> Result:
        """Was an accepted text delivered? ACCEPTED: it is still on its way, or nobody will ever know."""
        return Result(TextOutcome.ACCEPTED, text.gateway_id)

    def look(self, store_ms: int) -> str:  # noqa: ARG002  for those who have a machine to look after
        """Look after what sends, now and then. The fault that a technician has to see to, or nothing."""
        return ""


def own_id(text: TextToSend) -> int:
    """Our id of a text at a gateway: made of its words too, so that text 7 of one ledger is never taken for another's."""
    words = f"{text.id}\n{text.to}\n{text.body}".encode()
    return int.from_bytes(hashlib.sha256(words).digest()[:6])
