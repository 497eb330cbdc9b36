"""A file that holds a secret: written so that only its owner can read it, from its first byte on and never half; read only
where nobody else can, and never shown."""

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from program.durable_file import write_whole
from program.settings import SettingsError

MASK: Final = "***"
LIMIT_CHARACTERS: Final = 4096


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens an account: a key, a password; empty where there is nothing to open. Its repr is without it."""

    words: str = field(default="", repr=False)

    def masked(self, text: str) -> str:
        """`text` without the secret, in whatever form a URL gave it."""
        if self.words:
            for form in (quote(self.words, safe=""), quote(self.words), quote_plus(self.words), self.words):
                text = text.replace(form, MASK)
        return text


def read_secret(path: str) -> Secret:
    """The secret at `path`, without the line's end. Raises SettingsError: no such file, empty, or others may read it."""
    try:
        with Path(path).open(encoding="utf-8") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            words = file.read(LIMIT_CHARACTERS).strip()
    except (OSError, UnicodeDecodeError) as problem:
        raise SettingsError(f"{path}: cannot read the secret: {type(problem).__name__}") from None
    of_systemd = os.environ.get("CREDENTIALS_DIRECTORY") == str(Path(path).parent)
    if mode & (0o007 if of_systemd else 0o077):  # systemd lets its user in by an access list, which shows as the group's bits
        raise SettingsError(f"{path}: others may read this secret (mode {mode:04o}): chmod 600 {path}")
    if not words or "\n" in words:
        raise SettingsError(f"{path}: expected the secret alone, on one line")
    return Secret(words)


def write_secret(path: Path, text: str) -> Path:
    """Put `text` in the place of the file at `path`, or make it, as `write_whole` does: root writes the broker's files, and
    the broker, whose folder it is, reads them. Raises OSError."""
    write_whole(path, text.encode(), private=True)
    return path


def make_secret_folder(path: Path) -> Path:
    """A folder that only its owner may look into; one that is there keeps its owner and its mode."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
