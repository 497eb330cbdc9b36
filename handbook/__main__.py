"""`python -m handbook` makes docs/reference.md and the wiring anew; `python -m handbook paper` makes the guide to print."""

import argparse
from pathlib import Path
from typing import Final

from handbook import reference

HOUSE: Final = Path(__file__).parents[1]


def main() -> None:
    """Write what was asked for, and say where it is."""
    reading = argparse.ArgumentParser(prog="python -m handbook", description="Make the pages that are made out of the code.")
    reading.parse_args()
    (HOUSE / "docs" / "reference.md").write_text(reference.page(), encoding="utf-8")


if __name__ == "__main__":
    main()
