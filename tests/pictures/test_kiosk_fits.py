"""No word on any of the kiosk's screens is cut or shrunk, on any size of screen, in any language."""

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk_device.picture import sheet_of
from kiosk_device.pictures.album import views
from kiosk_device.visit.views import DepartmentsView, DoctorsView, RefusalView, Row, TicketView
from mqtt.contract import Name
from screen.style import Size
from tests.pictures.references import ALL

SIZES = (Size(1024, 600), Size(1280, 800), Size(800, 1280))
KOSAR = tomllib.loads((Path(__file__).parents[2] / "sites" / "kosar_clinic.toml").read_text(encoding="utf-8"))
DOCTOR = Name(fa="دکتر مریم حسینی", en="Dr Maryam Hosseini")
EACH = pytest.mark.parametrize(
    ("language", "size"),
    [(language, size) for language in ALL for size in SIZES],
    ids=lambda value: value if isinstance(value, str) else f"{value.width}x{value.height}",
)


@EACH
def test_every_text_has_its_place(language: str, size: Size) -> None:
    misfits = {name: sheet_of(view, size).canvas.too_long for name, view in views(language).items()}
    assert {name: texts for name, texts in misfits.items() if texts} == {}


@EACH
def test_a_refusal_fits_however_much_the_store_tells_of_it(language: str, size: Size) -> None:
    refusals = [view for view in views(language).values() if isinstance(view, RefusalView)]
    for view in refusals:
        told = replace(view, date="2026-11-29", time="09:30", doctor=view.doctor or DOCTOR, walk_ins_left=12, minutes=2)
        drawn = sheet_of(told, size).canvas
        assert (view.screen, drawn.too_long) == (view.screen, [])


@EACH
@pytest.mark.parametrize("number", [1, 88, 1444, 9999])
def test_a_number_of_any_length_fits_its_plate(language: str, size: Size, number: int) -> None:
    for name in ("ticket_taken", "ticket_late", "number_without_paper"):
        view = views(language)[name]
        assert isinstance(view, TicketView)
        assert sheet_of(replace(view, number=number, ahead=number), size).canvas.too_long == []


@EACH
def test_every_department_and_doctor_of_the_clinic_fits_the_lists(language: str, size: Size) -> None:
    departments = [Name(**entry["name"]) for entry in KOSAR["departments"]]
    doctors = [Name(**entry["name"]) for entry in KOSAR["doctors"]]
    for first in range(0, len(departments), 6):
        view = DepartmentsView(language, _rows(departments[first : first + 6]), more=True)
        assert sheet_of(view, size).canvas.too_long == []
    for first in range(0, len(doctors), 6):
        view = DoctorsView(language, departments[0], _rows(doctors[first : first + 6]), more=True)
        assert sheet_of(view, size).canvas.too_long == []


def _rows(names: list[Name]) -> tuple[Row, ...]:
    return tuple(Row(str(key), name, 48, True) for key, name in enumerate(names, start=1))
