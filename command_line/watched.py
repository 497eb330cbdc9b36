"""What the store and the devices publish, kept as the newest of each; the terminal's board is drawn from it."""

from rich.table import Table

from mqtt.contract import Board, Day, DeviceState, PointState, SiteCard, StoreBeat
from mqtt.session import Heard


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
        away = self.beat is None or not self.beat.up
        table.caption = "\n".join([*zones, *(["The store is away; this is how it stood."] if away else [])])
        return table
