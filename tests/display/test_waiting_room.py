"""The waiting room: a call is on its tile at once and on stage; old numbers are never shown as new."""

from display_device import waiting_room
from display_device.waiting_room import BLINKS, NOTICE_SECONDS
from mqtt.contract import (
    CallKind,
    Day,
    DayStatus,
    LateDoctor,
    Name,
    PointCard,
    PointStatus,
    Progress,
    Serving,
    StoreBeat,
)
from mqtt.session import Disconnected
from program.inbox import Tick
from tests.display.clinic import EPOCH, SITE, HallAtWork, beat, board, call, fields, heard, wall_ms


def called_numbers(hall: HallAtWork) -> list[int | None]:
    return [tile.number for tile in hall.view().tiles if tile.called]


def test_a_called_tile_is_yellow_for_fifteen_seconds_and_then_white() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    assert called_numbers(hall) == [123]
    hall.wait(15.0)
    assert called_numbers(hall) == [123]
    hall.wait(2.0)
    assert called_numbers(hall) == []


def test_a_recall_makes_the_tile_yellow_again() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    hall.wait(30.0)
    again = call(2, 123, hall.now, kind=CallKind.RECALL)
    hall.hear(heard(board(call(1, 123), again, sequence=2)))
    stage = hall.view().stage
    assert called_numbers(hall) == [123]
    assert stage is not None
    assert stage.again


def test_the_frame_of_a_call_blinks_three_times_once_a_second_and_then_stands() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    frames = []
    for _ in range(11):
        stage = hall.view().stage
        frames.append(stage is not None and stage.framed)
        hall.wait(0.5)
    assert frames == [True, False] * BLINKS + [True] * 5


def test_a_store_that_goes_while_a_call_is_on_stage_gives_the_screen_nothing_to_do() -> None:
    """The turn cannot end without the store's clock: its deadline came again at once, for as long as the store was away."""
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    hall.hear(heard(StoreBeat(up=False, connection="s1")))
    for _ in range(30):
        hall.now = waiting_room.deadline(hall.hall)
        hall.hear(Tick(hall.now))
    assert hall.now > NOTICE_SECONDS
    hall.hear(beat(hall.now))
    assert hall.view().stage is None


def test_notices_change_every_ten_seconds_and_not_during_a_call() -> None:
    hall = HallAtWork(speaker=False).ready(board(notices=(Name(fa="یک"), Name(fa="دو"))))
    notices = []
    for _ in range(3):
        notice = hall.view().notice
        notices.append((notice.what, notice.text.fa) if notice else None)
        hall.wait(NOTICE_SECONDS)
    assert notices == [("order", ""), ("text", "یک"), ("text", "دو")]
    hall.hear(heard(board(call(1, 123, hall.now), sequence=2, notices=(Name(fa="یک"),))))
    assert hall.view().notice is None


def test_late_doctors_and_those_who_missed_their_call_are_told() -> None:
    hall = HallAtWork(speaker=False).ready(board(absent=(12, 45), late=(LateDoctor(doctor=3, until="10:50"),)))
    notice = hall.view().notice
    assert hall.view().absent == (12, 45)
    assert notice is not None
    assert (notice.what, notice.text.fa, notice.until) == ("late", "دکتر مرادی", "10:50")


def test_the_feed_is_lost_within_six_seconds_with_the_hour_of_the_last_news() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    hall.wait(6.0, beats=False)
    view = hall.view()
    assert (view.lost, view.last_heard, view.stage) == (True, "10:42", None)
    assert not any(tile.called for tile in view.tiles)
    hall.hear(beat(hall.now))
    assert not hall.view().lost


def test_a_broken_connection_and_a_stores_last_will_are_said_at_once() -> None:
    hall = HallAtWork().ready(board(call(1, 123)))
    hall.hear(heard(StoreBeat(up=False, connection="s1")))
    assert hall.view().lost
    hall.hear(beat(hall.now))
    hall.hear(Disconnected("cable"))
    assert hall.view().lost


def test_a_board_that_the_store_has_overtaken_is_not_shown_as_new_for_long() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123), sequence=5))
    progress = Progress(topic="board/hall-1", sequence=9)
    for _ in range(7):
        hall.now += 1.0
        hall.hear(beat(hall.now, progress, sequence=9))
    assert hall.view().lost


def test_an_older_board_never_replaces_a_newer_one() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(2, 124), sequence=5))
    hall.hear(heard(board(call(1, 123), sequence=4)))
    assert called_numbers(hall) == [124]


def test_nothing_is_claimed_before_anything_was_heard() -> None:
    view = HallAtWork().view()
    assert view.starting
    assert view.hour is None


def test_the_clock_and_the_date_are_the_stores() -> None:
    hall = HallAtWork(speaker=False).ready(board())
    assert (hall.view().hour, hall.view().date) == ("10:42", "2026-11-22")
    hall.wait(61.0)
    assert hall.view().hour == "10:43"


def test_a_closed_day_says_when_it_opens() -> None:
    hall = HallAtWork(speaker=False).ready(board())
    day = Day(epoch=EPOCH, sequence=2, status=DayStatus.CLOSED, opens_date="2026-11-23", opens_time="07:30")
    hall.hear(heard(day))
    assert (hall.view().closed, hall.view().opens_date, hall.view().opens_hour) == (True, "2026-11-23", "07:30")


def test_more_points_than_a_page_take_turns_but_a_call_keeps_its_page() -> None:
    points = tuple(PointCard(id=f"c{n}", kind="counter", label=n, zone="hall-1", stages=("reception",)) for n in range(1, 9))
    serving = [Serving(point=card.id, status=PointStatus.OPEN) for card in points]
    site = fields(SITE, points=points)
    hall = HallAtWork(speaker=False).ready(board(serving=tuple(serving)), site=site)
    assert (len(hall.view().tiles), hall.view().pages) == (6, 2)
    hall.wait(NOTICE_SECONDS)
    assert [tile.label for tile in hall.view().tiles] == [7, 8]
    serving[0] = Serving(point="c1", status=PointStatus.OPEN, number=5, called_at_ms=wall_ms(hall.now))
    hall.hear(heard(board(serving=tuple(serving), sequence=2)))
    hall.wait(NOTICE_SECONDS)
    assert hall.view().tiles[0].label == 1


def test_the_program_sleeps_when_nothing_changes() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    hall.wait(30.0)
    assert waiting_room.deadline(hall.hall) > hall.now
