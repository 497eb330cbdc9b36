"""What a display knows of its clinic: names that the store has told, and nothing that it has not."""

import pytest

from display_device.known import UNNAMED, Known, is_newer, learn
from mqtt.contract import Name
from mqtt.feed import Feed
from mqtt.session import Connected
from tests.display.clinic import SITE, beat, heard, wall_ms


def test_a_display_that_has_heard_nothing_names_nothing_and_tells_no_hour() -> None:
    known = Known()
    assert (known.point("counter-4"), known.zone("hall-1"), known.doctor(3)) == (None, None, None)
    assert known.department_name(12) is known.pause_name("prayer") is known.class_name("elderly") is UNNAMED
    assert known.last_heard() is None
    assert known.local_time(wall_ms(0)) is None


def test_whom_and_what_the_site_names_is_called_so_and_all_else_has_no_name() -> None:
    known = Known(site=SITE)
    assert (known.point("room-2"), known.zone("hall-1"), known.doctor(3)) == (SITE.points[3], SITE.zones[0], SITE.doctors[0])
    assert (known.point("room-9"), known.zone("hall-9"), known.doctor(9)) == (None, None, None)
    assert known.department_name(12) == Name(fa="قلب و عروق", en="Cardiology")
    assert (known.pause_name("prayer"), known.class_name("elderly")) == (
        SITE.pause_reasons[0].name,
        SITE.priority_classes[0].name,
    )
    assert known.department_name(99) is known.pause_name("lunch") is known.class_name("tall") is UNNAMED


def test_the_hour_of_the_last_news_wants_a_beat_and_the_clinics_own_time() -> None:
    known = learn(Known(), Connected("c1"), 0.0)
    known = learn(known, beat(5.0), 5.0)
    assert known.last_heard() is None
    assert learn(known, heard(SITE), 5.0).last_heard() == "10:42"
    assert learn(Known(), heard(SITE), 5.0).last_heard() is None


@pytest.mark.parametrize(
    ("shown", "told", "newer"),
    [
        (None, ("e1", 1), True),
        (("e1", 5), ("e1", 5), True),
        (("e1", 5), ("e1", 4), False),
        (("e0", 9), ("e1", 1), True),
        (("e1", 1), ("e0", 9), False),
    ],
)
def test_a_snapshot_gives_way_to_a_newer_one_and_to_that_of_the_store_that_is_heard(
    shown: tuple[str, int] | None, told: tuple[str, int], newer: bool
) -> None:
    feed: Feed = learn(learn(Known(), Connected("c1"), 0.0), beat(0.0), 0.0).feed
    assert is_newer(feed, shown, told) is newer
