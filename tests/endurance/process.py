"""What a running process holds: memory, file descriptors, threads."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Held:
    """What a process holds at one moment; memory is what is resident, in kilobytes."""

    memory_kb: int
    files: int
    threads: int


def held_by(pid: int) -> Held:
    """Look at a process. Raises FileNotFoundError when it is gone."""
    folder = Path(f"/proc/{pid}")
    lines = dict(line.split(":", 1) for line in (folder / "status").read_text(encoding="utf-8").splitlines())
    files = sum(1 for _ in (folder / "fd").iterdir())
    return Held(int(lines["VmRSS"].split()[0]), files, int(lines["Threads"]))
