"""What a patient sees at the kiosk: large enough to read at arm's length, one picture for every view, equal for equal views."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, get_args

import pytest
from PIL import ImageChops

from kiosk_device.picture import name_of, picture_of
from kiosk_device.pictures.album import views
from kiosk_device.visit.views import CodeView, IdleView, View
from mqtt.contract import PrinterStatus
from screen.canvas import Canvas
from screen.style import HELPER, Size, digit_height_needed
from tests.pictures.references import LANGUAGES, SMALL

SIZES = (SMALL, Size(1280, 800), Size(800, 1280))
VIEWS = {f"{language}_{name}": view for language in LANGUAGES for name, view in views(language).items()}
MUST_BE_READ = ("ticket_taken", "number_without_paper", "type_code", "refused_too_early", "refused_too_late")
"""Views with a number, a digit or a time that the patient needs."""


def noted(monkeypatch: pytest.MonkeyPatch, method: str, note: Callable[[dict[str, Any], Any], None]) -> None:
    """Tell `note` of each call of a canvas's method: its keywords and what it gave."""
    drawing = getattr(Canvas, method)

    def draw(*values: Any, **named: Any) -> Any:
        given = drawing(*values, **named)
        note(named, given)
        return given

    monkeypatch.setattr(Canvas, method, draw)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", MUST_BE_READ)
def test_what_the_patient_needs_can_be_read(name: str, language: str, size: Size, monkeypatch: pytest.MonkeyPatch) -> None:
    heights: list[float] = []
    noted(monkeypatch, "digits", lambda _, height: heights.append(height))
    picture_of(views(language)[name], size)
    assert max(heights) >= digit_height_needed(size, diagonal_inches=10.1, viewing_distance_meters=0.6)


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_no_text_is_smaller_than_the_smallest_size(size: Size, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: set[float] = set()
    noted(monkeypatch, "text", lambda named, _: sizes.add(named.get("size", HELPER)))
    for view in VIEWS.values():
        picture_of(view, size)
    assert min(sizes) >= HELPER


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", VIEWS)
def test_a_picture_is_the_whole_screen(name: str, size: Size) -> None:
    picture = picture_of(VIEWS[name], size)
    assert (picture.mode, picture.size) == ("RGB", (size.width, size.height))


def test_every_kind_of_view_has_a_picture_that_someone_looked_at() -> None:
    assert {type(view) for view in VIEWS.values()} == set(get_args(View))


def test_equal_views_are_equal_pictures() -> None:
    for name in ("idle", "ticket_taken", "refused_wrong_day"):
        again = replace(views("fa")[name])
        assert ImageChops.difference(picture_of(views("fa")[name], SMALL), picture_of(again, SMALL)).getbbox() is None


def test_pictures_that_differ_for_the_patient_have_names_of_their_own() -> None:
    idle, code = views("fa")["idle"], views("fa")["type_code"]
    assert isinstance(idle, IdleView)
    assert isinstance(code, CodeView)
    assert name_of(idle) == "idle"
    assert name_of(replace(idle, printer=PrinterStatus.PAPER_OUT)) == "idle_no_paper"
    assert name_of(replace(idle, language="en")) == "idle_english"
    assert name_of(code) == "type_code"
    assert name_of(replace(code, wrong=True)) == "code_wrong"
    assert name_of(views("fa")["refused_wrong_day"]) == "refused_wrong_day"


@pytest.mark.parametrize("name", VIEWS)
def test_a_pictures_name_can_be_a_files_name(name: str) -> None:
    assert name_of(VIEWS[name]).replace("_", "").isalnum()
