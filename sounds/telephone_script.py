"""All that the telephone must be able to say in a language, prompt by prompt, with its words: what a prompt set is made of.

Numbers come from `number_words`; days, months, the clock and the sentences from `{language}/telephone.toml`. Whoever needs
a new sentence writes it there, in each language, and nowhere else.
"""

import tomllib
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sounds.script import HOME, LANGUAGES, LAST, Line, number_lines, prompt_line

FOLDER: Final = "nobat"
"""Below the exchange's own sounds folder, and no language's: exchanges disagree whether Persian is "fa" or "pr"."""
_GROUPS: Final = ("weekday", "day", "month", "hour", "clock")


@lru_cache(maxsize=len(LANGUAGES))
def telephone_script(language: str) -> dict[str, Line]:
    """Every line by its prompt's name. Raises ValueError for a language that has none."""
    if language not in LANGUAGES:
        raise ValueError(f"the telephone does not speak {language!r}: {', '.join(LANGUAGES)}")
    told = tomllib.loads((HOME / language / "telephone.toml").read_text(encoding="utf-8"))
    zero = prompt_line("0", told["zero"])
    numbers = [zero, replace(zero, name=f"0{LAST}"), *number_lines(language)]
    digits = [line for line in numbers if len(line.name.removesuffix(LAST)) == 1]
    lines = [
        *(replace(line, name=f"digit/{line.name}") for line in digits),
        *(replace(line, name=f"number/{line.name}") for line in numbers),
        *(prompt_line(f"{group}/{key}", said) for group in _GROUPS for key, said in told[group].items()),
        *(prompt_line(key, said, is_phrase=True) for key, said in told["phrases"].items()),
    ]
    return {f"{FOLDER}/{line.name}": replace(line, name=f"{FOLDER}/{line.name}") for line in lines}
