"""A bundle is opened: nothing in it is believed, run or left behind before its signature says that a trusted key made it.

It is unpacked into a folder that only root sees, plain files and folders only; its manifest is held against its signature, and
every file against the manifest.
"""

import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from command_line.operator import CommandError, FailedError
from installing.signature import PublicKey, SignatureError, keys_in, verify
from installing.source import BYTECODE, MANIFEST, SIGNATURE, Source, SourceError

FILES_LIMIT: Final = 20_000
BYTES_LIMIT: Final = 2 << 30
ROOM: Final = 4
"""A release takes the room of its bundle about four times: packed, unpacked, installed, and some of Debian's."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """One that was signed by whom this machine trusts. `order` compares with another release's: the smaller is the older."""

    folder: Path
    release: str
    order: tuple[tuple[int, ...], str]


@contextmanager
def opened(file: Path, trusted: Path, scratch: Path) -> Iterator[Bundle]:
    """The bundle, unpacked below `scratch` for as long as this lasts. Raises CommandError: it is none, or not one to trust;
    FailedError: there is no room for it."""
    with tempfile.TemporaryDirectory(prefix=".incoming-", dir=scratch) as private:
        yield _checked(file, trusted, Path(private))


def _checked(file: Path, trusted: Path, private: Path) -> Bundle:
    keys = _own(trusted)
    try:
        if shutil.disk_usage(private).free < ROOM * file.stat().st_size:
            raise FailedError(f"{private.parent} has too little room for {file.name}; nothing was done")
        folder = _unpacked(file, private)
        signature = folder / SIGNATURE
        signed = signature.read_text(encoding="ascii", errors="replace") if signature.is_file() else None
        verify((folder / MANIFEST).read_bytes(), signed, keys)
        source = Source(folder)
        source.check()
        return Bundle(folder, source.version(), source.order())
    except (SignatureError, SourceError) as problem:
        raise CommandError(f"{file}: {problem}; nothing was done") from problem
    except (OSError, tarfile.TarError, EOFError, zlib.error) as problem:
        raise CommandError(f"{file}: no bundle that can be read ({problem}); nothing was done") from problem


def _own(trusted: Path) -> tuple[PublicKey, ...]:
    """The keys that this machine trusts. Raises CommandError where somebody besides root could have written them."""
    try:
        standing = trusted.stat()
        keys = keys_in(trusted.read_text(encoding="ascii"))
    except (OSError, UnicodeDecodeError, SignatureError) as problem:
        raise CommandError(
            f"{trusted}: this machine trusts no release key ({problem}); docs/upgrade.md says how one comes there"
        ) from problem
    if standing.st_uid != trusted.parent.stat().st_uid or standing.st_mode & 0o022:
        raise CommandError(f"{trusted}: others than root may write it, so that it proves nothing: chown root and chmod 644 it")
    return keys


def _unpacked(file: Path, into: Path) -> Path:
    """The one folder that a bundle is. Raises SourceError where it is anything else, TarError, OSError."""
    left = BYTES_LIMIT
    with tarfile.open(file, "r:gz") as packed:
        for count, member in enumerate(packed):
            place = PurePosixPath(member.name)
            left -= member.size
            outside = place.is_absolute() or ".." in place.parts
            if outside or BYTECODE in place.parts or not (member.isfile() or member.isdir()):
                raise SourceError(f"it holds {member.name!r}, which no bundle does")
            if count > FILES_LIMIT or left < 0:
                raise SourceError("it is larger than any bundle")
            if member.isdir():
                (into / place).mkdir(parents=True, exist_ok=True)
                continue
            (into / place).parent.mkdir(parents=True, exist_ok=True)
            content = packed.extractfile(member)
            if content is not None:
                with content, (into / place).open("xb") as written:
                    shutil.copyfileobj(content, written)
                (into / place).chmod(0o755 if member.mode & 0o100 else 0o644)
    folders = list(into.iterdir())
    if len(folders) != 1 or not (folders[0] / MANIFEST).is_file():
        raise SourceError(f"it is no bundle: it has no {MANIFEST}")
    return folders[0]
