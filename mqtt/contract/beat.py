"""The store's beat, retained on `store`."""

from mqtt.contract.words import Want
from mqtt.fields import Boot, Commit, Moment, Struct


class Progress(Struct, frozen=True):
    """The sequence at which a board or point last changed, for readers who wonder whether theirs is the newest."""

    topic: str  # "board/hall-1", "point/counter-1"
    sequence: Commit


class StoreBeat(Struct, frozen=True):
    """store -> all, `store`: every BEAT_EVERY_SECONDS while up. The last will says up=False with the same connection."""

    up: bool
    connection: str
    epoch: Boot = ""
    sequence: Commit = 0
    wall_ms: Moment = 0
    progress: tuple[Progress, ...] = ()
    wants: Want = Want.NOTHING
    waits_for: tuple[str, ...] = ()  # the kiosks that have not done what it wants
