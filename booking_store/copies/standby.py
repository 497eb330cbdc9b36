"""The newest copy on to a second machine, by rsync over ssh: only what differs from the copy before crosses the network.

rsync writes under a hidden name, checks the whole file by its sum, flushes it and renames it, so that a cut leaves the copies
that were there. Which key it uses is ssh's business (`RSYNC_RSH`, set by systemd/nobat-backup.service). Nothing is ever deleted
over there from here: the standby keeps its own copies by the rule.
"""

import subprocess
from typing import Final

from booking_store.copies.copy import Copy, CopyError

SILENT_SECONDS: Final = 20
WHOLE_SECONDS: Final = 300.0


def send(copy: Copy, standby: str) -> None:
    """Bring `copy` into the folder `standby` ("nobat-copies@192.0.2.11:copies"). Raises CopyError."""
    command = [
        *("rsync", "--times", "--chmod=F600", "--fuzzy", "--fsync", "--ignore-existing", f"--timeout={SILENT_SECONDS}"),
        *(str(copy.path), f"{standby.rstrip('/')}/"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=WHOLE_SECONDS)
    except FileNotFoundError as problem:
        raise CopyError("rsync is not installed: apt install rsync") from problem
    except subprocess.TimeoutExpired as problem:
        raise CopyError(f"{standby}: rsync did not end within {WHOLE_SECONDS:.0f} s") from problem
    if done.returncode != 0:
        why = " ".join(done.stderr.split()) or f"rsync ended with {done.returncode}"
        raise CopyError(f"{standby}: the copy did not arrive there: {why}")
