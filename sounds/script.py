"""The script of a language: everything a voice must be able to say, clip by clip. A pack is one recording of it.

Numbers come from `number_words`, fixed words and the kiosk's phrases from `{language}/prompts.toml`. A clip name ending in
"_linked" carries the «و» that leads on, one in "_last" the falling voice at a sentence's end; packs may leave out the
latter, and the plain clip is used.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from sounds.number_words import Part, all_parts, vocalised_part, written_part
from sounds.utterance import clip_name

HOME: Final = Path(__file__).parent
LANGUAGES: Final = ("fa", "en")
LAST: Final = "_last"
LAST_LIMIT: Final = 100
"""Labels of points are small: falling forms stand for parts below this."""


@dataclass(frozen=True, slots=True)
class Line:
    """One clip's words: as people read them, and as a synthesiser must be given them."""

    name: str
    words: str
    vocalised: str
    is_phrase: bool = False  # a whole sentence of its own, with its own ending

    @property
    def optional(self) -> bool:
        """A pack without this clip is whole: the plain form stands in."""
        return self.name.endswith(LAST)

    @property
    def leads_on(self) -> bool:
        """More words follow at once, so the voice neither rises nor falls."""
        return not (self.is_phrase or self.optional or self.name.isdecimal())


@lru_cache(maxsize=len(LANGUAGES))
def script(language: str) -> dict[str, Line]:
    """Every line of `language` by its clip's name. Raises ValueError for a language that has none."""
    if language not in LANGUAGES:
        raise ValueError(f"no script for language {language!r}: {', '.join(LANGUAGES)}")
    prompts = tomllib.loads((HOME / language / "prompts.toml").read_text(encoding="utf-8"))
    lines = [
        *number_lines(language),
        *(prompt_line(name, prompt) for name, prompt in prompts["calls"].items()),
        *(prompt_line(name, prompt, is_phrase=True) for name, prompt in prompts["phrases"].items()),
    ]
    return {line.name: line for line in lines}


def number_lines(language: str) -> list[Line]:
    """The lines of which every number from 1 to 9999 is joined."""
    numbers = all_parts(language)
    last = [part for part in numbers if part.value < LAST_LIMIT and not part.linked]
    return [
        *(_number_line(clip_name(part), part, language) for part in numbers),
        *(_number_line(clip_name(part, last=True), part, language) for part in last),
    ]


def prompt_line(name: str, prompt: Mapping[str, str], *, is_phrase: bool = False) -> Line:
    """A line as a language's TOML file has it: `words`, and `vocalised` where those would be read wrongly."""
    return Line(name, prompt["words"], prompt.get("vocalised", prompt["words"]), is_phrase)


def _number_line(name: str, part: Part, language: str) -> Line:
    return Line(name, written_part(part, language), vocalised_part(part, language))
