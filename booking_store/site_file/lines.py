"""Where a key path stands in a TOML file, so that a mistake is named with its line."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_HEADER: Final = re.compile(r"^\s*(\[\[?)\s*([^\[\]]+?)\s*\]\]?\s*(#.*)?$")
_KEY: Final = re.compile(r"^\s*(\"[^\"]+\"|[A-Za-z0-9_-]+)\s*=")


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines by key path, as far as the file's own headers and keys give them."""

    by_path: Mapping[str, int]

    def of(self, path: str) -> int:
        """The line of `path`, or of the nearest table around it; 1 when nothing of it is written."""
        while path:
            if path in self.by_path:
                return self.by_path[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return 1


def lines_of(text: str) -> Lines:
    """Read headers and keys of a TOML text that tomllib took already."""
    by_path: dict[str, int] = {}
    rows: Counter[str] = Counter()
    here = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            here = _inside(header[2], rows)
            if header[1] == "[[":
                rows[here] += 1
                here = f"{here}[{rows[here] - 1}]"
            by_path.setdefault(here, number)
        elif key := _KEY.match(line):
            word = key[1].strip('"')
            by_path.setdefault(f"{here}.{word}" if here else word, number)
    return Lines(by_path)


def _inside(dotted: str, rows: Counter[str]) -> str:
    """The full path of a header: "doctors.weekly" under the third [[doctors]] is "doctors[2].weekly"."""
    *around, last = dotted.split(".")
    path = ""
    for word in around:
        path = f"{path}.{word}" if path else word
        if rows[path]:
            path = f"{path}[{rows[path] - 1}]"
    return f"{path}.{last}" if path else last
