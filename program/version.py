"""Which Nobat this is: the version that pyproject.toml gives it, in one place."""

from importlib.metadata import PackageNotFoundError, version
from typing import Final


def _installed() -> str:
    try:
        return version("nobat")
    except PackageNotFoundError:  # started from a folder that nobody installed
        return "unknown"


VERSION: Final = _installed()
