"""The letter of referral (معرفی‌نامه) as an A4 sheet, and the receipt that is signed when it is handed over: PDF, by WeasyPrint.

The templates beside this file say how both look; a site that wants them otherwise keeps files of the same names in a folder of
its own. Letters and digits are Vazirmatn's, every word is selectable text, and the QR code says where the letter is checked.
Nothing is fetched from elsewhere, whatever a template or somebody's name says.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from booking_store.sealed import LetterWords
from rules.letters import in_groups
from screen.lettering import FONTS, localised

TEMPLATES: Final = Path(__file__).parent / "templates"
logging.getLogger("weasyprint.progress").setLevel(logging.WARNING)  # nine lines a letter, and no news for anybody
WEIGHTS: Final = {"Medium": 500, "Bold": 700, "Black": 900}


class ForbiddenAddressError(FatalURLFetchingError):  # type: ignore[misc]  # the library has no types
    """A template wants something from outside its own folder and the house's fonts."""


def letter_pdf(words: LetterWords, templates: Path | None = None) -> bytes:
    """The letter; nine members stand on one sheet, more go on on the next. `templates`: a site's own folder."""
    return _pdf("letter.html", words, templates)


def receipt_pdf(words: LetterWords, templates: Path | None = None) -> bytes:
    """What is signed when the letter is handed over: A5, with a line for the name where nobody has taken it yet."""
    return _pdf("receipt.html", words, templates)


def _pdf(template: str, words: LetterWords, templates: Path | None) -> bytes:
    folders = [folder for folder in (templates, TEMPLATES) if folder is not None]
    page = HTML(string=_filled(template, words, folders), url_fetcher=_OwnFiles([*folders, FONTS]))
    return bytes(page.write_pdf() or b"")


def _filled(template: str, words: LetterWords, folders: list[Path]) -> str:
    environment = Environment(
        loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    facts: Mapping[str, Any] = {
        "letter": words,
        "head": words.rows[words.head] if words.rows else None,
        "fonts": [(weight, (FONTS / f"Vazirmatn-{name}.ttf").as_uri()) for name, weight in WEIGHTS.items()],
        "fa": lambda value: localised(str(value), "fa"),
        "code": _left_to_right,
        "groups": in_groups(words.code),
        "rials": _rials(words.fee_rials),
        "certificates": [row for row in words.rows if row.certificate or row.disease],
        "qr": segno.make(_address(words), error="m").svg_data_uri(border=0, dark="#000"),
    }
    return environment.get_template(template).render(**facts)


def _left_to_right(value: str) -> Markup:
    """A code with Latin letters or signs in it, whose parts keep their order inside Persian text."""
    return Markup('<bdi dir="ltr">{}</bdi>').format(localised(value, "fa"))


def _address(words: LetterWords) -> str:
    return f"{words.public_address.rstrip('/')}/{words.code}" if words.public_address else words.code


def _rials(amount: int) -> str:
    return localised(f"{amount:,}".replace(",", "٬"), "fa")


class _OwnFiles(URLFetcher):  # type: ignore[misc]  # the library has no types
    """What a page may show: pictures that it holds itself, and files of its own folders."""

    def __init__(self, folders: list[Path]) -> None:
        super().__init__(fail_on_errors=True)
        self._folders = [f"{folder.resolve().as_uri()}/" for folder in folders]

    def fetch(self, url: str, headers: Any = None) -> Any:
        inside = ".." not in url and any(url.startswith(folder) for folder in self._folders)
        if not (inside or url.startswith("data:")):
            raise ForbiddenAddressError(url)
        return super().fetch(url, headers)
