"""Whether this machine's card is read only (docs/read-only.md): what is written lies in memory then, and is gone at the next
start, but for what has a partition of its own."""

from pathlib import Path
from typing import Final, NamedTuple

FIRST: Final = (
    "this machine's card is read-only, and what is done now would be gone at its next start. First: "
    "sudo /opt/nobat/current/systemd/read-only/switch.sh off && sudo reboot (docs/read-only.md)"
)
"""What is to be done before anything is installed."""
OVERLAY: Final = "overlay"
IN_MEMORY: Final = (OVERLAY, "tmpfs")
"""Kinds of file systems that a read-only card has in memory: overlayroot lays one over each partition of /etc/fstab too."""
NOT_KEPT: Final = "the partition nobat-data is missing: what is written here is gone at the next start (docs/read-only.md)"


class Mount(NamedTuple):
    """A line of /proc/self/mounts."""

    place: str
    kind: str
    options: str


def mounts(root: Path = Path("/")) -> list[Mount]:
    """What is mounted, in the order in which it was; nothing where that cannot be read."""
    try:
        lines = (root / "proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    return [Mount(*line.split()[1:4]) for line in lines]


def forgets(root: Path = Path("/")) -> bool:
    """Whether `root` is an overlay that is written in memory, as overlayroot makes it. A container's is one as well, but what
    is written there lies on its host's disk, where nobody inside can look."""
    there = mounts(root)
    overlays = [mount.options for mount in there if (mount.place, mount.kind) == ("/", OVERLAY)]
    options = dict(option.partition("=")[::2] for option in overlays[-1].split(",")) if overlays else {}
    written = options.get("upperdir", "")
    looked_into = bool(written) and (root / written.lstrip("/")).is_dir()
    return looked_into and any(Path(written).is_relative_to(mount.place) for mount in there if mount.kind == "tmpfs")


def keeps(folder: Path, root: Path = Path("/")) -> bool:
    """Whether what is written into `folder`, or where it will be, is still there after the next start."""
    if not forgets(root):
        return True
    holds = max((mount for mount in mounts(root) if folder.is_relative_to(mount.place)), key=lambda mount: len(mount.place))
    return holds.kind not in IN_MEMORY


def faults(folder: Path) -> tuple[str, ...]:
    """What a technician has to see to, where a device keeps its own in `folder`."""
    return () if keeps(folder) else (NOT_KEPT,)
