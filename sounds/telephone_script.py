"""All that the telephone must be able to say in a language, prompt by prompt, with its words: what a prompt set is made of.

Numbers come from `number_words`; days, months, the clock and the sentences from `{language}/telephone.toml`. Whoever needs
a new sentence writes it there, in each language, and nowhere else.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

from sounds.script import HOME, LANGUAGES, LAST, Line, number_lines, prompt_line

FOLDER: Final = "nobat"
"""Below the exchange's own sounds folder, and no language's: exchanges disagree whether Persian is "fa" or "pr"."""
PAUSE: Final = f"{FOLDER}/pause"
"""A breath between two groups of digits: the one line without words."""
SITE: Final = "{site}"
"""In a sentence's words: where the site's name goes."""
_GROUPS: Final = ("weekday", "day", "month", "hour", "clock")


@lru_cache(maxsize=len(LANGUAGES))
def telephone_script(language: str) -> dict[str, Line]:
    """Every line by its prompt's name. Raises ValueError for a language that has none."""
    if language not in LANGUAGES:
        raise ValueError(f"the telephone does not speak {language!r}: {', '.join(LANGUAGES)}")
    told = _told(language)
    zero = prompt_line("0", told["zero"])
    numbers = [zero, replace(zero, name=f"0{LAST}"), *number_lines(language)]
    digits = [line for line in numbers if len(line.name.removesuffix(LAST)) == 1]
    lines = [
        *(replace(line, name=f"digit/{line.name}") for line in digits),
        *(replace(line, name=f"number/{line.name}") for line in numbers),
        *(_line(f"{group}/{key}", said, language) for group in _GROUPS for key, said in told[group].items()),
        *(_line(key, said, language, is_phrase=True) for key, said in told["phrases"].items()),
        Line("pause", "", ""),
    ]
    return {f"{FOLDER}/{line.name}": replace(line, name=f"{FOLDER}/{line.name}") for line in lines}


def site_script(language: str, site_name: str, notes: Mapping[int, str]) -> dict[str, Line]:
    """The script with the site's own name in it, and a line for each department's note by its code ("nobat/note/12")."""
    lines = [
        *(_with_site(line, site_name) for line in telephone_script(language).values()),
        *(
            Line(note_name(department), words, vocalised(words, language), is_phrase=True)
            for department, words in notes.items()
        ),
    ]
    return {line.name: line for line in lines}


def general_script(language: str) -> dict[str, Line]:
    """The script of a set that is no site's own."""
    return site_script(language, _told(language)["any_site"], {})


def note_name(department: int) -> str:
    """The prompt with what to bring to a department."""
    return f"{FOLDER}/note/{department}"


def vocalised(words: str, language: str) -> str:
    """`words` as a synthesiser must be given them: what it would read wrongly is put right wherever it stands."""
    for written, spoken in _told(language)["vocalised"].items():
        words = words.replace(written, spoken)
    return words


@lru_cache(maxsize=len(LANGUAGES))
def _told(language: str) -> dict[str, Any]:
    return tomllib.loads((HOME / language / "telephone.toml").read_text(encoding="utf-8"))


def _line(name: str, prompt: Mapping[str, str], language: str, *, is_phrase: bool = False) -> Line:
    return prompt_line(name, {"vocalised": vocalised(prompt["words"], language), **prompt}, is_phrase=is_phrase)


def _with_site(line: Line, site_name: str) -> Line:
    return replace(line, words=line.words.replace(SITE, site_name), vocalised=line.vocalised.replace(SITE, site_name))
