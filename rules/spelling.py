"""Persian as people's keyboards write it, made one: so that a name or a code is found however it was typed."""

import re
from typing import Final

from rules.digits import fold_digits

_LETTERS: Final = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": None, "\u200e": None, "\u200f": None, "\ufeff": None})
_GAPS: Final = re.compile(r"\s+")
_BETWEEN: Final = re.compile(r"[\s\u200c./_-]+")
ARABIC_LETTERS: Final = frozenset("يىك")


def fold_letters(text: str) -> str:
    """`text` with the Persian ی and ک, without stretched letters, marks of direction or gaps that nobody sees."""
    return _GAPS.sub(" ", text.translate(_LETTERS)).strip()


def plain_code(typed: str) -> str:
    """A code or a document's number as it is kept and searched: ASCII digits, capitals, none of the signs between them."""
    return _BETWEEN.sub("", fold_digits(fold_letters(typed))).upper()


def search_words(name: str) -> str:
    """A name as it is compared: folded, without half-spaces and signs, which everybody sets differently."""
    return _BETWEEN.sub("", fold_letters(name)).casefold()
