"""Which points are somebody's own, remembered by their browser: a secretary who drives three rooms sees three. Pure."""

from collections.abc import Container, Iterable
from typing import Final
from urllib.parse import quote, unquote

COOKIE: Final = "nobat_points"
COOKIE_SECONDS: Final = 365 * 24 * 3600
MOST: Final = 50
_BETWEEN: Final = "!"
"""A sign that cookies may hold and quoted ids do not."""


def written(points: Iterable[str]) -> str:
    """What the cookie holds for these ids."""
    return _BETWEEN.join(quote(point, safe="") for point in list(points)[:MOST])


def chosen(cookie: str, known: Container[str]) -> frozenset[str]:
    """The ids in a cookie that are points of the site; none: all are shown."""
    return frozenset(point for written in cookie.split(_BETWEEN) if (point := unquote(written)) in known)
