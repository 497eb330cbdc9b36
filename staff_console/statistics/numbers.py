"""Counts and minutes as people write them: Persian digits with «٬» and «٫», English ones with comma and point. Pure."""

from typing import Final

from screen.lettering import localised
from screen.phrases import Phrases
from staff_console.statistics.sheets import Cell

_WHOLE_FROM: Final = 9.95
_PERSIAN: Final = str.maketrans({",": "٬", ".": "٫"})


def told(value: Cell, say: Phrases) -> str:
    """A number with no more digits than are worth reading; words as they are; empty where nothing is known."""
    if value is None or isinstance(value, str):
        return value or ""
    shown = f"{value:,.0f}" if isinstance(value, int) or value >= _WHOLE_FROM else f"{value:.1f}".removesuffix(".0")
    return localised(shown.translate(_PERSIAN) if say.language == "fa" else shown, say.language)
