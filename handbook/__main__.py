"""`python -m handbook` makes docs/reference.md and the wiring anew; `python -m handbook paper` makes the guide to print."""

import argparse
from pathlib import Path
from typing import Final

from handbook import reference
from handbook.wiring.drawings import DRAWINGS

HOUSE: Final = Path(__file__).parents[1]
PAPER: Final = HOUSE / "dist"
WIRING: Final = HOUSE / "docs" / "pictures" / "wiring"


def main() -> None:
    """Write what was asked for."""
    reading = argparse.ArgumentParser(prog="python -m handbook", description="Make the pages that are made out of the code.")
    reading.add_argument(
        "what", nargs="?", choices=("pages", "paper"), default="pages", help="the pages, or the guide to print"
    )
    if reading.parse_args().what == "paper":
        _paper()
    else:
        _pages()


def _pages() -> None:
    (HOUSE / "docs" / "reference.md").write_text(reference.page(), encoding="utf-8")
    WIRING.mkdir(exist_ok=True)
    for name, drawn in DRAWINGS.items():
        (WIRING / f"{name}.svg").write_text(drawn().svg(), encoding="utf-8")


def _paper() -> None:
    from handbook.paper import guide_pdf, guides  # noqa: PLC0415  WeasyPrint wants Debian's libpango

    PAPER.mkdir(exist_ok=True)
    for language in guides():
        place = PAPER / f"guide.{language}.pdf"
        place.write_bytes(guide_pdf(language))
        print(place)


if __name__ == "__main__":
    main()
