"""Every sentence for patients and clerks, by language: one TOML file each, one table a room, dotted keys."""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "phrases"


class PhraseError(Exception):
    """A language lacks a sentence or a value for one; the message names both."""


class Phrases:
    """One language's sentences: `phrases("kiosk.idle.have_code", digits="۸")`."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self._sentences = sentences

    def __call__(self, key: str, **values: object) -> str:
        """The sentence `key` with its values filled in. PhraseError when either is missing."""
        try:
            return self._sentences[key].format(**values) if values else self._sentences[key]
        except KeyError as missing:
            raise PhraseError(f"{self.language}.toml: no {missing} for {key!r}") from missing

    def __contains__(self, key: str) -> bool:
        return key in self._sentences

    def keys(self) -> frozenset[str]:
        """All sentences' keys."""
        return frozenset(self._sentences)

    def places(self, key: str) -> frozenset[str]:
        """The names of the values that a sentence wants."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self._sentences[key]) if name)


@lru_cache
def load(language: str) -> Phrases:
    """The sentences of `language`. PhraseError when there is no such file."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        raise PhraseError(f"no language {language!r}: {path} is missing")
    return Phrases(language, MappingProxyType(dict(_flat("", tomllib.loads(path.read_text(encoding="utf-8"))))))


def languages() -> tuple[str, ...]:
    """The languages that have a file."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs.extend(_flat(f"{prefix}{key}.", value))
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
