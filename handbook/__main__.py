"""`python -m handbook` makes docs/reference.md and the wiring anew; `python -m handbook paper` makes the guide to print."""

import argparse
from pathlib import Path
from typing import Final

from handbook import reference
from handbook.wiring.drawings import DRAWINGS

HOUSE: Final = Path(__file__).parents[1]
WIRING: Final = HOUSE / "docs" / "pictures" / "wiring"


def main() -> None:
    """Write what was asked for."""
    reading = argparse.ArgumentParser(prog="python -m handbook", description="Make the pages that are made out of the code.")
    reading.parse_args()
    (HOUSE / "docs" / "reference.md").write_text(reference.page(), encoding="utf-8")
    WIRING.mkdir(exist_ok=True)
    for name, drawn in DRAWINGS.items():
        (WIRING / f"{name}.svg").write_text(drawn().svg(), encoding="utf-8")


if __name__ == "__main__":
    main()
