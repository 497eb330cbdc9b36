"""Whether this machine's card is read only (docs/read-only.md): what is written lies in memory then, and is gone at the next
start, but for what has a partition of its own."""

from pathlib import Path
from typing import Final

FIRST: Final = (
    "this machine's card is read-only, and what is done now would be gone at its next start. First: "
    "sudo /opt/nobat/current/systemd/read-only/switch.sh off && sudo reboot (docs/read-only.md)"
)
"""What is to be done before anything is installed."""
NOT_KEPT: Final = "the partition nobat-data is missing: what is written here is gone at the next start (docs/read-only.md)"


def forgets(root: Path = Path("/")) -> bool:
    """Whether `root` is an overlay that is written in memory, as overlayroot makes it. A container's is one as well, but what
    is written there lies on its host's disk, where nobody inside can look."""
    try:
        mounts = [line.split() for line in (root / "proc/self/mounts").read_text(encoding="utf-8").splitlines()]
    except OSError:
        return False
    overlays = [options for _, place, kind, options, *_ in mounts if place == "/" and kind == "overlay"]
    memory = [Path(place) for _, place, kind, *_ in mounts if kind == "tmpfs"]
    written = dict(option.partition("=")[::2] for option in overlays[-1].split(",")).get("upperdir", "") if overlays else ""
    there = bool(written) and (root / written.lstrip("/")).is_dir()
    return there and any(Path(written).is_relative_to(place) for place in memory)


def keeps(folder: Path, root: Path = Path("/")) -> bool:
    """Whether what is written into `folder`, or where it will be, is still there after the next start."""
    there = next(place for place in (folder, *folder.parents) if place.exists())
    return not forgets(root) or there.stat().st_dev != root.stat().st_dev


def faults(folder: Path) -> tuple[str, ...]:
    """What a technician has to see to, where a device keeps its own in `folder`."""
    return () if keeps(folder) else (NOT_KEPT,)
