"""Every sentence for patients and clerks, by language: one TOML file each, one table a room, dotted keys.

Persian and English say everything. A language that visitors choose at the kiosk has the tables that they meet (VISITORS).
"""

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "phrases"
VISITORS: Final = ("kiosk", "at_office", "ticket", "slip", "waiting_room")
"""The tables of the kiosk, its papers, and the hall."""
AT_OFFICE: Final = "at_office."
"""Below it stands what an insurance office says otherwise than a clinic, by the key of the clinic's sentence."""


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
def at_office(language: str) -> Phrases:
    """The sentences of `language` as an insurance office says them: it has no clinics, no doctors and no reception."""
    usual = load(language)
    keys = usual.keys()
    said = {key: usual(key) for key in keys if not key.startswith(AT_OFFICE)}
    otherwise = {key.removeprefix(AT_OFFICE): usual(key) for key in keys if key.startswith(AT_OFFICE)}
    return Phrases(language, MappingProxyType(said | otherwise))


@lru_cache
def load(language: str) -> Phrases:
    """The sentences of `language`. PhraseError when there is no such file."""
    path = FOLDER / f"{language}.toml"
    if not path.is_file():
        raise PhraseError(f"no language {language!r}: {path} is missing")
    return Phrases(language, MappingProxyType(dict(_flat("", tomllib.loads(path.read_text(encoding="utf-8"))))))


def languages(of: str = "staff") -> tuple[str, ...]:
    """The languages that have the sentences of a table. A language that visitors choose at the kiosk need not be one that the
    staff's pages speak."""
    return tuple(path.stem for path in sorted(FOLDER.glob("*.toml")) if of in _tables(path.stem))


@lru_cache
def _tables(language: str) -> frozenset[str]:
    keys = load(language).keys()
    return frozenset(key.partition(".")[0] for key in keys)


def _flat(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in table.items():
        if isinstance(value, dict):
            pairs.extend(_flat(f"{prefix}{key}.", value))
        else:
            pairs.append((f"{prefix}{key}", str(value)))
    return pairs
