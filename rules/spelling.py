"""Persian as people's keyboards write it, made one: so that a name or a code is found however it was typed."""

import re
import unicodedata
from typing import Final

from rules.digits import fold_digits

_LETTERS: Final = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ـ": None, "\u200e": None, "\u200f": None, "\ufeff": None})
_GAPS: Final = re.compile(r"\s+")
_SIGNS: Final = frozenset("./_-")
ARABIC_LETTERS: Final = frozenset("يىك")


def fold_letters(text: str) -> str:
    """`text` with the Persian ی and ک, without stretched letters, marks of direction or gaps that nobody sees."""
    return trim(_GAPS.sub(" ", text.translate(_LETTERS)))


def trim(text: str) -> str:
    """`text` without what nobody sees at its ends: gaps, half-spaces, marks of direction; empty where it is nothing else."""
    seen = [place for place, sign in enumerate(text) if _is_seen(sign)]
    return text[seen[0] : seen[-1] + 1] if seen else ""


def plain_code(typed: str) -> str:
    """A code or a document's number as it is kept and searched: ASCII digits, capitals, none of the signs between them."""
    return _close_up(fold_digits(fold_letters(typed))).upper()


def search_words(name: str) -> str:
    """A name as it is compared: folded, without half-spaces and signs, which everybody sets differently."""
    return _close_up(fold_letters(name)).casefold()


def _close_up(words: str) -> str:
    return "".join(sign for sign in words if _is_seen(sign) and sign not in _SIGNS)


def _is_seen(sign: str) -> bool:
    """Whether a sign leaves ink; controls, formats and gaps do not."""
    return unicodedata.category(sign)[0] not in "CZ"
