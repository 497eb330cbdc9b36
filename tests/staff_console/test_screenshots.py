"""docs/staff.md and docs/office.md show every page that can be looked at, and every picture that they show is there."""

import re
from pathlib import Path

import pytest
from starlette.routing import Route

from staff_console.web import ROUTES
from tests.staff_console import office_screenshots, screenshots

DOCS = Path(__file__).parents[2] / "docs"
DRAWN = {"staff": screenshots, "office": office_screenshots}
NOT_LOOKED_AT = re.compile(
    r"/live.*|/sign-.*|/language/.*|.*\.(csv|xlsx|pdf)|.*/file$|/settings/\{section\}|/batches/answers/\{token\}"
)
"""What keeps a page new, the door, files, the settings' many sections, of which one is shown, and a file's answers, which are
there for as long as somebody looks at them."""
SHOWN = [*screenshots.PAGES.values(), *office_screenshots.PAGES.values()]


def looked_at() -> list[str]:
    gets = (route for route in ROUTES if isinstance(route, Route) and "GET" in (route.methods or set()))
    return [route.path for route in gets if NOT_LOOKED_AT.fullmatch(route.path) is None]


@pytest.mark.parametrize("path", looked_at())
def test_every_page_has_its_picture(path: str) -> None:
    address = re.compile(re.sub(r"{\w+(:\w+)?}", r"[^/]+", path))
    assert any(address.fullmatch(shown) for shown in SHOWN), f"{path} is missing in the PAGES of a command that draws"


@pytest.mark.parametrize("page", DRAWN)
def test_what_the_command_draws_is_kept_and_shown_and_nothing_else(page: str) -> None:
    drawn = DRAWN[page]
    pictures = {*drawn.PAGES, *(f"{name}-en" for name in drawn.IN_ENGLISH)}
    pictures |= {f"{name}-telephone" for name in drawn.ON_A_TELEPHONE}
    assert {path.stem for path in drawn.FOLDER.glob("*.png")} == pictures
    assert set(re.findall(rf"pictures/{page}/([\w-]+)\.png", (DOCS / f"{page}.md").read_text(encoding="utf-8"))) == pictures
