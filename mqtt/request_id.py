"""A request's id: made once, asked again until it is answered, and no other request's (law 2). Pure."""

from hashlib import sha256
from typing import Final

ID_LETTERS: Final = 32


def request_id(boot: str, made_before: int) -> str:
    """The id, a UUID in hex, of the request that a run makes after `made_before` others. `boot` is random and names that
    run among all runs of all devices; so the machine is asked for randomness once, and a step from event to action never."""
    return sha256(f"{boot} {made_before}".encode()).hexdigest()[:ID_LETTERS]
