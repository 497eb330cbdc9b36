"""Whole numbers as people type them at the terminal, in Persian digits too."""

import re

import typer

from rules.digits import fold_digits


def whole_number(text: str) -> int:
    """A code's or a day's number; a mistake in words where it is none."""
    typed = fold_digits(text.strip())
    if not re.fullmatch(r"\d{1,9}", typed, re.ASCII):
        raise typer.BadParameter(f"{text!r} is no number; write it like 12 or ۱۲")
    return int(typed)
