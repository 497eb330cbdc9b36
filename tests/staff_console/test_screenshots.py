"""docs/staff.md shows every page that can be looked at, and every picture that it shows is there."""

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from staff_console.web import ROUTES
from tests.staff_console.screenshots import FOLDER, IN_ENGLISH, ON_A_TELEPHONE, PAGES

PAGE = (Path(__file__).parents[2] / "docs" / "staff.md").read_text(encoding="utf-8")
NOT_LOOKED_AT = re.compile(r"/live.*|/sign-.*|/language/.*|.*\.(csv|xlsx)|.*/file$|/settings/\{section\}")
"""What keeps a page new, the door, files, and the settings' many sections, of which one is shown."""
PICTURES = {*PAGES, *(f"{name}-en" for name in IN_ENGLISH), *(f"{name}-telephone" for name in ON_A_TELEPHONE)}


def looked_at() -> list[str]:
    gets = (route for route in ROUTES if isinstance(route, Route) and "GET" in (route.methods or set()))
    return [route.path for route in gets if NOT_LOOKED_AT.fullmatch(route.path) is None]


@pytest.mark.parametrize("path", looked_at())
def test_every_page_has_its_picture(path: str) -> None:
    address = re.compile(re.sub(r"{\w+(:\w+)?}", r"[^/]+", path))
    assert any(address.fullmatch(shown) for shown in PAGES.values()), f"{path} is missing in screenshots.PAGES"


def test_what_the_command_draws_is_kept_and_shown_and_nothing_else() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == PICTURES
    assert set(re.findall(r"pictures/staff/([\w-]+)\.png", PAGE)) == PICTURES
