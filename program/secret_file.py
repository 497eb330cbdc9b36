"""A file that holds a secret: readable by its owner only, from its first byte on, and never half written."""

import os
from pathlib import Path
from typing import Final

OWNER_ONLY: Final = 0o600


def write_secret(path: Path, text: str) -> Path:
    """Put `text` in the place of the file at `path`, or make it. It belongs to whoever owns its folder: root writes the
    broker's files, and the broker reads them. Its folder must be there. Raises OSError."""
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)
    folder = path.parent.stat()
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        if os.geteuid() == 0:
            os.fchown(descriptor, folder.st_uid, folder.st_gid)
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    return fresh.replace(path)


def make_secret_folder(path: Path) -> Path:
    """A folder that only its owner may look into; one that is there keeps its owner and its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
