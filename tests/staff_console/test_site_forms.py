"""The forms of the settings, on the Kosar clinic's file: sent as they are shown they change nothing, and each does its own."""

from collections.abc import Mapping

import pytest

from booking_store.site_file import SiteFileError, parse_site
from rules.name import Name
from rules.site import NumberRange, Site
from rules.texts import FACTS, TextKind
from screen.phrases import load
from staff_console.document import editing
from staff_console.document.editing import NotEditableError
from staff_console.document.fields import MistypedError, Typed
from staff_console.site_document import Problem
from staff_console.site_forms import texts
from staff_console.site_forms.form import Ground, SiteForm
from staff_console.site_forms.sections import SECTIONS
from staff_console.site_in_force import site_of
from staff_console.site_view import key_path, placed
from tests.staff_console.document.test_editing import KOSAR, changed


def ground(document: str = KOSAR, booked: Mapping[tuple[int, int | None], int] | None = None) -> Ground:
    site = site_of(document)
    assert site is not None
    return Ground(site, editing.data(document), load("fa"), booked or {})


def forms(on: Ground) -> dict[str, SiteForm]:
    return {form.id: form for section in SECTIONS.values() for group in section.groups(on) for form in group.forms}


FORMS = forms(ground())


def sent(form_id: str, document: str = KOSAR, **typed: tuple[str, ...]) -> tuple[str, Site]:
    """The document and its site after a form was sent with some of its inputs filled otherwise."""
    form = forms(ground(document))[form_id]
    after = form.edit(document, {**form.values, **{name.replace("__", "."): one for name, one in typed.items()}})
    return after, parse_site(after, "kosar")


@pytest.mark.parametrize("form_id", [form.id for form in FORMS.values() if form.does == "change"])
def test_a_form_sent_as_it_is_shown_changes_nothing(form_id: str) -> None:
    form = FORMS[form_id]
    assert form.edit(KOSAR, form.values) == KOSAR


def test_a_department_is_renamed_and_a_line_is_put_on_its_tickets() -> None:
    after, site = sent("department-11", name=("طب داخلی", "Internal"), note=("ناشتا نباشید.", ""))
    assert site.departments[0].name == Name("طب داخلی", "Internal")
    assert site.departments[0].note == Name("ناشتا نباشید.")
    assert len(changed(KOSAR, after)) == 3


def test_a_note_that_is_emptied_is_gone() -> None:
    _, site = sent("department-12", note=("", ""))
    assert site.departments[1].note is None


def test_a_departments_way_and_numbers_are_changed_in_persian_digits_too() -> None:
    _, site = sent("department-11", stages=("reception", "cashier", "doctor", ""), booked_range=("۱۰۰", "188"))
    assert site.departments[0].stages == ("reception", "cashier", "doctor")
    assert site.departments[0].booked_range == NumberRange(100, 188)


def test_a_new_department_is_served_by_the_rooms_that_were_ticked() -> None:
    new: Typed = {
        "code": ("17",),
        "name": ("گوش و حلق و بینی", ""),
        "stages": ("reception", "doctor", "", ""),
        "booked_range": ("820", "850"),
        "walk_in_range": ("851", "899"),
        "note": ("", ""),
        "points": ("room-1",),
    }
    site = parse_site(FORMS["department-add"].edit(KOSAR, new), "kosar")
    assert site.departments[-1].name == Name("گوش و حلق و بینی")
    room = site.point("room-1")
    assert room is not None
    assert 17 in room.departments


def test_a_department_with_doctors_or_with_bookings_to_come_is_not_taken_away() -> None:
    assert FORMS["department-11-remove"].hindered
    assert not FORMS["department-21-remove"].hindered
    assert "۳" in forms(ground(booked={(21, None): 3}))["department-21-remove"].hindered
    assert "۱۲" in forms(ground(booked={(11, 1): 12}))["doctor-1-remove"].hindered


def test_a_department_is_taken_away_and_from_the_rooms_that_served_it() -> None:
    _, site = sent("department-22-remove")
    assert site.department(22) is None
    room = site.point("room-1")
    assert room is not None
    assert room.departments == {11, 13, 14}


def test_the_last_doctor_leaves_and_the_department_stays_and_gets_another() -> None:
    after, site = sent("doctor-4-remove")
    assert site.doctor(4) is None
    assert site.department(13) is not None
    new: Typed = {"code": ("8",), "name": ("دکتر نو", ""), "department": ("13",)}
    again = parse_site(forms(ground(after))["doctor-add"].edit(after, new), "kosar")
    assert again.doctors_of(13)[0].name == Name("دکتر نو")


def test_a_doctor_is_renamed() -> None:
    after, site = sent("doctor-2", name=("دکتر محمد کریمی‌نیا", "Dr Mohammad Karimi"))
    assert site.doctors[1].name.fa == "دکتر محمد کریمی‌نیا"
    assert len(changed(KOSAR, after)) == 2


def test_a_counter_goes_with_the_device_that_was_there_for_it_alone() -> None:
    _, site = sent("point-counter-1-remove")
    assert site.point("counter-1") is None
    assert site.device("counter-1") is None


def test_a_counter_of_a_desk_with_two_leaves_the_desk() -> None:
    two = KOSAR.replace('points = ["counter-1"]', 'points = ["counter-1", "counter-3"]')
    _, site = sent("point-counter-1-remove", two)
    device = site.device("counter-1")
    assert device is not None
    assert device.points == ("counter-3",)


def test_a_point_is_added_and_serves_all_where_none_are_named() -> None:
    new: Typed = {"id": ("room-3",), "kind": ("room",), "label": ("3",), "zone": ("hall-1",), "stages": ("doctor",)}
    point = parse_site(FORMS["point-add"].edit(KOSAR, new), "kosar").point("room-3")
    assert point is not None
    assert (point.label, point.departments) == (3, frozenset())
    _, site = sent("point-room-2", departments=())
    assert site.points[-1].departments == frozenset()


def test_words_of_a_text_are_changed_and_a_text_without_words_is_not_sent() -> None:
    after, site = sent("text-late", late=("دیر شد: {until}\r\n{clinic}",))
    assert site.texts.templates[TextKind.LATE] == "دیر شد: {until}\n{clinic}"
    assert "\n{clinic}" in after
    _, site = sent("text-closed", closed=("",))
    assert TextKind.CLOSED not in site.texts.templates


def test_a_text_with_an_unknown_fact_is_told_beside_its_field() -> None:
    form = FORMS["text-late"]
    with pytest.raises(SiteFileError, match="unknown fact") as told:
        sent("text-late", late=("{untl}",))
    assert "texts.templates.late" in str(told.value)
    problem = Problem("unknown fact", "texts.templates.late", 3)
    assert placed(form, (problem, Problem("else", "booking"))) == ((Problem("else", "booking"),), {"late": (problem,)})


def test_every_fact_of_a_text_has_an_example() -> None:
    every = frozenset().union(*FACTS.values())
    assert "{" not in texts.example(ground(), " ".join(f"{{{fact}}}" for fact in every))


@pytest.mark.parametrize("kind", TextKind)
def test_every_kind_of_text_has_a_name_on_its_page(kind: TextKind) -> None:
    for language in ("fa", "en"):
        key = f"staff.site.text.{kind.value}"
        assert key in load(language), f"screen/phrases/{language}.toml has no {key}: the page of texts cannot name this kind"


def test_head_starts_loudness_and_quiet_times_are_changed() -> None:
    _, site = sent("call-order", head_start_minutes__elderly=("۲۵",), booked_head_start_minutes=("5",))
    assert site.call_order.head_start_minutes["elderly"] == 25
    assert site.call_order.booked_head_start_minutes == 5
    _, site = sent("loudness", loudness__from=("07:00", "", "12:00"), loudness__percent=("70", "", "30"))
    assert [percent for _, percent in site.sound.loudness] == [70, 30]
    _, site = sent("quiet", quiet__from=("", ""), quiet__to=("", ""))
    assert site.sound.quiet == ()


@pytest.mark.parametrize(
    ("form_id", "name", "typed"),
    [
        ("department-11", "booked_range", ("100", "")),
        ("department-11", "booked_range", ("abc", "120")),
        ("call-order", "aged_minutes", ("۶۰ دقیقه",)),
        ("call-order", "aged_minutes", ("9" * 400,)),
        ("loudness", "loudness.percent", ("x", "x", "x")),
        ("department-11", "name", ("داخ\x00لی", "")),
        ("text-late", "late", ("{until}\x1b[31m",)),
    ],
)
def test_what_is_no_number_or_no_letter_is_told_at_its_field(form_id: str, name: str, typed: tuple[str, ...]) -> None:
    with pytest.raises(MistypedError) as mistake:
        FORMS[form_id].edit(KOSAR, {**FORMS[form_id].values, name: typed})
    assert name.startswith(mistake.value.field.name)


def test_a_file_that_only_a_person_can_change_says_where() -> None:
    dotted = KOSAR.replace('name = { fa = "دکتر سارا احمدی", en = "Dr Sara Ahmadi" }', 'name.fa = "دکتر سارا احمدی"')
    with pytest.raises(NotEditableError, match=r"doctors\.0\.name"):
        sent("doctor-1", dotted, name=("سارا", ""))
    assert key_path(("doctors", 0, "name")) == "doctors[0].name"
