"""A value is changed and every other letter of the file stays: comments, order, and the lines between."""

import difflib
import tomllib
from pathlib import Path

import pytest

from staff_console.document import editing
from staff_console.document.editing import NotEditableError

ROOT = Path(__file__).parents[3]
KOSAR = (ROOT / "sites/kosar_clinic.toml").read_text(encoding="utf-8")


def changed(before: str, after: str) -> list[str]:
    """The lines that went and those that came."""
    lines = difflib.ndiff(before.split("\n"), after.split("\n"))
    return [line for line in lines if line[0] in "+-" and line[1:].strip()]


def test_a_word_is_changed_and_the_comment_behind_it_stays() -> None:
    after = editing.put(KOSAR, ("phone",), "086-1")
    assert changed(KOSAR, after) == [
        '- phone = "086-32240066"                         # shown on the idle kiosk: how to book by phone',
        '+ phone = "086-1"                         # shown on the idle kiosk: how to book by phone',
    ]


def test_a_name_in_braces_keeps_its_other_language() -> None:
    after = editing.put(KOSAR, ("doctors", 1, "name", "fa"), "دکتر محمد کریمی‌نیا")
    assert changed(KOSAR, after) == [
        '- name = { fa = "دکتر محمد کریمی", en = "Dr Mohammad Karimi" }',
        '+ name = { fa = "دکتر محمد کریمی‌نیا", en = "Dr Mohammad Karimi" }',
    ]


def test_a_row_of_a_list_is_changed_and_its_neighbours_comments_stay() -> None:
    after = editing.put(KOSAR, ("doctors", 2, "weekly", 1, "phone"), 25)
    assert changed(KOSAR, after) == [
        '-   { days = ["sunday"], starts = "16:00", ends = "18:00", phone = 20, walk_in = 10, reserve = 2 },   # split shift',
        '+   { days = ["sunday"], starts = "16:00", ends = "18:00", phone = 25, walk_in = 10, reserve = 2 },   # split shift',
    ]
    (gone,) = changed(KOSAR, editing.drop(KOSAR, ("doctors", 2, "weekly", 0)))
    assert gone.startswith('-   { days = ["saturday", "sunday", "monday", "tuesday", "wednesday"], starts = "08:00"')


def test_a_new_key_stands_in_its_table_and_not_under_the_next_ones_heading() -> None:
    after = editing.put(KOSAR, ("doctors", 6, "department"), 15)
    after = editing.put(after, ("holidays", "dates", "1405/10/09"), "آزمون", before="1405/10/16")
    after = editing.put(after, ("check_in", "early_minutes"), 90)
    lines = after.split("\n")
    assert lines[lines.index('"1405/10/09" = "آزمون"') + 1].startswith('"1405/10/16"')
    assert lines[lines.index("early_minutes = 90") - 1] == "late_minutes = 0"
    assert len(changed(KOSAR, after)) == 4


def test_a_table_that_is_missing_is_made() -> None:
    bare = KOSAR.replace("\n[check_in]\nlate_minutes = 0\n", "\n")
    after = editing.put(bare, ("check_in", "late_minutes"), 5)
    assert changed(bare, after) == ["+ [check_in]", "+ late_minutes = 5"]


def test_a_further_table_stands_behind_its_like_and_before_the_next_heading() -> None:
    override = {"from": "1405/12/01", "absent": True, "why": "سفر"}
    after = editing.add(KOSAR, ("doctors", 6, "overrides"), override)
    assert changed(KOSAR, after) == ["+ [[doctors.overrides]]", '+ from = "1405/12/01"', "+ absent = true", '+ why = "سفر"']
    assert after.index("سفر") < after.index("--- zones, points, devices")
    after = editing.add(KOSAR, ("doctors", 2, "overrides"), override)
    assert after.index("کنگرهٔ قلب") < after.index("سفر") < after.index("دکتر مریم حسینی")
    after = editing.add(KOSAR, ("notices",), {"text": {"fa": "تعطیلیم"}})
    assert after.endswith('zone = "hall-1"\n\n[[notices]]\ntext = { fa = "تعطیلیم" }\n')


def test_a_table_goes_with_what_is_in_it_and_the_next_heading_stays() -> None:
    after = editing.drop(KOSAR, ("doctors", 4))
    gone = changed(KOSAR, after)
    assert all(line.startswith("- ") for line in gone)
    assert "- absent = true" in gone
    assert len(gone) == 12
    after = editing.drop(KOSAR, ("doctors", 6))
    assert "# A zone is what one waiting-room screen and speaker serve." in after
    assert "\n\n\n" not in after


def test_what_is_written_right_above_a_table_goes_with_it() -> None:
    before = "a = 1\n\n# of both\n\n# of the first\n[[b]]\nc = 1\n\n# of the second\n[[b]]\nc = 2\n"
    assert editing.drop(before, ("b", 0)) == "a = 1\n\n# of both\n\n# of the second\n[[b]]\nc = 2\n"
    assert editing.drop(before, ("b", 1)) == "a = 1\n\n# of both\n\n# of the first\n[[b]]\nc = 1\n"


def test_a_text_of_several_lines_stays_readable_and_says_the_same() -> None:
    words = 'سلام "شما"\nکد: {code}\nC:\\'
    after = editing.put(KOSAR, ("texts", "templates", "late"), words)
    assert tomllib.loads(after)["texts"]["templates"]["late"] == words
    assert "\nکد: {code}\n" in after
    assert after.count("\n") == KOSAR.count("\n") + 1


@pytest.mark.parametrize(
    "words", ["#", "'''", '"""', "a\\u0041", "\x7f", "{", "]\n[[x]]", "\u202eabc", "\t", "", 'x = "1"', "\u2028"]
)
def test_whatever_somebody_types_is_only_a_text(words: str) -> None:
    for path in (("phone",), ("doctors", 0, "name", "fa"), ("pause_reasons", words, "fa"), ("ticket_note", "fa")):
        after = editing.put(KOSAR, path, words)
        said = editing.found(after, path)
        assert said == words
        assert len(editing.data(after)["doctors"]) == 7


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ('name.fa = "x"\nname.en = "y"', ("name",)),
        ("[[a]]\nb = 1\n[c]\nd = 1\n[[a.e]]\nf = 1", ("a", 0)),
    ],
)
def test_what_only_a_person_can_change_is_refused_and_not_broken(document: str, path: tuple[str | int, ...]) -> None:
    with pytest.raises(NotEditableError, match=r"^name$|^a\.0$"):
        editing.drop(document, path) if path == ("a", 0) else editing.put(document, path, {"fa": "z"})


def test_a_file_with_an_editors_mark_and_windows_lines_is_changed_too() -> None:
    before = '\ufeffschema = 1\r\nid = "a"\r\n[x]\r\ny = [\r\n  1,\r\n]\r\n'
    after = editing.put(editing.put(before, ("id",), "b"), ("x", "y", 0), 2)
    assert tomllib.loads(after) == {"schema": 1, "id": "b", "x": {"y": [2]}}
