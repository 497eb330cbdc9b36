"""Keeps every reference picture anew: python -m tests.pictures [PART OF A NAME ...]."""

import sys

from tests.pictures.references import REFERENCE, keep, pictures


def main(parts: list[str]) -> None:
    """Draw and keep all pictures, or those whose name contains one of `parts`; drop those that are no longer drawn."""
    names = list(pictures())
    wanted = [name for name in names if not parts or any(part in name for part in parts)]
    size = sum(keep(name) for name in wanted)
    for path in REFERENCE.glob("*.png"):
        if path.stem not in names:
            path.unlink()
    print(f"{len(wanted)} pictures, {size // 1024} KB, in {REFERENCE}")


if __name__ == "__main__":
    main(sys.argv[1:])
