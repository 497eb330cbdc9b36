"""What the store and the devices publish, kept as the newest of each; the terminal's board is drawn from it."""

from types import MappingProxyType
from typing import Final

from rich.table import Table

from mqtt.contract import Board, Day, DeviceState, PointState, SiteCard, StoreBeat, Want
from mqtt.session import Heard

WAITS_UNTIL: Final = MappingProxyType(
    {
        Want.NOTHING: "for nothing",
        Want.SEEN: "they have to tell what they saw before it started",
        Want.SETTLE_AGAIN: "they have to settle their day again, after a copy of the ledger was put back (nobat go)",
    }
)


class Watched:
    """The newest snapshot of every point, zone and device."""

    def __init__(self) -> None:
        self.points: dict[str, PointState] = {}
        self.boards: dict[str, Board] = {}
        self.devices: dict[str, DeviceState] = {}
        self.site: SiteCard | None = None
        self.day: Day | None = None
        self.beat: StoreBeat | None = None

    def hear(self, heard: Heard) -> None:
        """Take in one message."""
        match heard.message:
            case PointState() as state:
                self.points[state.point] = state
            case Board() as board:
                self.boards[board.zone] = board
            case DeviceState() as device:
                self.devices[device.device] = device
            case SiteCard() as site:
                self.site = site
            case Day() as day:
                self.day = day
            case StoreBeat() as beat:
                self.beat = beat

    def table(self) -> Table:
        """One row a point; below, what waits and is absent in each zone."""
        table = Table(title=self.site.name.en or self.site.name.fa if self.site else None, expand=False)
        for column in ("point", "state", "number", "waiting", "next three"):
            table.add_column(column, justify="right" if column in ("number", "waiting") else "left")
        for point, state in sorted(self.points.items()):
            following = ", ".join(f"{waiting.number} ({waiting.why.replace('_', ' ')})" for waiting in state.next)
            number = str(state.current.number) if state.current else "-"
            table.add_row(point, str(state.status), number, str(state.waiting), following)
        zones = [
            f"{zone}: {board.waiting} waiting" + (f", absent {', '.join(map(str, board.absent))}" if board.absent else "")
            for zone, board in sorted(self.boards.items())
        ]
        table.caption = "\n".join([*zones, *self.standing()])
        return table

    def standing(self) -> tuple[str, ...]:
        """What the reader must know of the store itself; nothing on an ordinary day."""
        if self.beat is None or not self.beat.up:
            return ("The store is away; this is how it stood.",)
        if not self.beat.waits_for:
            return ()
        return (f"The store waits for {', '.join(self.beat.waits_for)}: {WAITS_UNTIL[self.beat.wants]}.",)
