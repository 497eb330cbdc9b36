"""A file that holds a secret: readable by its owner only, from its first byte on, and never half written."""

from pathlib import Path

from program.durable_file import write_whole


def write_secret(path: Path, text: str) -> Path:
    """Put `text` in the place of the file at `path`, or make it, as `write_whole` does: root writes the broker's files, and
    the broker, whose folder it is, reads them. Raises OSError."""
    write_whole(path, text.encode(), private=True)
    return path


def make_secret_folder(path: Path) -> Path:
    """A folder that only its owner may look into; one that is there keeps its owner and its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
