"""Where each table and each key of a TOML text stands, so that one is changed and the others stay letter for letter. Pure."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

Path = tuple[str | int, ...]
"""A way into a document: ("doctors", 2, "name", "fa")."""

_WORD: Final = r"""(?:"(?:[^"\\]|\\.)*"|'[^']*'|[A-Za-z0-9_-]+)"""
_KEY: Final = re.compile(rf"\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=")


@dataclass(frozen=True, slots=True)
class Statement:
    """A header, or a key with its value, on the lines `first` to `last` (from 0, both included)."""

    path: Path
    first: int
    last: int
    key: tuple[str, ...] = ()  # as its own line has it; none: a header

    def within(self, path: Path) -> bool:
        """Whether this is the table or key at `path`, or a part of it."""
        return self.path[: len(path)] == path


def statements(lines: list[str]) -> tuple[Statement, ...]:
    """Every header and key of a TOML text that tomllib takes."""
    return tuple(_statements(lines))


def _statements(lines: list[str]) -> Iterator[Statement]:
    members: Counter[Path] = Counter()
    here: Path = ()
    number = 0
    while number < len(lines):
        line = lines[number].strip()
        last = number
        if line.startswith("["):
            here = _header(line, members)
            yield Statement(here, number, number)
        elif line and not line.startswith("#"):
            last = _last_line(lines, number)
            key = _key(lines[number])
            yield Statement((*here, *key), number, last, key)
        number = last + 1


def _header(line: str, members: Counter[Path]) -> Path:
    """The path of a header's table; `members` counts the tables of each list so far."""
    *around, last = _words(tomllib.loads(line))
    path: Path = ()
    for word in around:
        path = (*path, word)
        if members[path]:
            path = (*path, members[path] - 1)
    path = (*path, last)
    if not line.startswith("[["):
        return path
    members[path] += 1
    return (*path, members[path] - 1)


def _key(line: str) -> tuple[str, ...]:
    found = _KEY.match(line)
    if found is None:
        raise ValueError(f"not a key: {line}")
    return _words(tomllib.loads(f"{found[1]} = 0"))


def _words(document: Any) -> tuple[str, ...]:
    """The one way into a document that has no other."""
    words = []
    while isinstance(document, dict) and document:
        (word, document), *_ = document.items()
        words.append(word)
        document = document[0] if isinstance(document, list) else document
    return tuple(words)


def _last_line(lines: list[str], first: int) -> int:
    """Where the value that begins on `first` ends: a value that is not over yet is not TOML."""
    for last in range(first, len(lines)):
        try:
            tomllib.loads("\n".join(lines[first : last + 1]))
        except tomllib.TOMLDecodeError:
            continue
        return last
    raise ValueError(f"line {first + 1} has no end")
