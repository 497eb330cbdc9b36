"""A small file that is replaced as a whole: after a power cut it is the old one or the new one, never half of either."""

import os
from pathlib import Path


def write_whole(path: Path, content: bytes, *, private: bool = False) -> None:
    """Put `content` in the place of the file at `path`, or make it; on the disk when this comes back. It belongs to whoever
    owns its folder. `private`: nobody else may read it, from its first byte on.

    Raises OSError: then the old file stands. Its folder must be there.
    """
    fresh = path.with_name(f"{path.name}.new")
    fresh.unlink(missing_ok=True)  # of a power cut: it would keep its mode
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666)
    with os.fdopen(descriptor, "wb") as file:
        give_to_owner_of(path.parent, descriptor)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    flush_names(path.parent)


def flush_names(folder: Path) -> None:
    """Let the names of files in `folder`, new, changed or gone, be on the disk when this comes back. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def give_to_owner_of(folder: Path, file: int | Path) -> None:
    """A technician who is root leaves files where a program that is not root goes on with them. For everybody else nothing
    happens. Raises OSError."""
    if os.geteuid() != 0:
        return
    owner = folder.stat()
    has = os.fstat(file) if isinstance(file, int) else file.lstat()
    if (has.st_uid, has.st_gid) == (owner.st_uid, owner.st_gid):
        return  # a root that is shut in may not give anything, not even to itself
    if isinstance(file, int):
        os.fchown(file, owner.st_uid, owner.st_gid)
    else:
        os.lchown(file, owner.st_uid, owner.st_gid)  # a link that the owner put there leads root nowhere
