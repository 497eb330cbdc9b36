"""The waiting room: a call is on its tile at once and on stage; old numbers are never shown as new."""

from display_device import waiting_room
from display_device.known import IDENTIFY_SECONDS
from display_device.waiting_room import BLINKS, NOTICE_SECONDS, Notice, Stage, Tile
from mqtt.contract import (
    CallKind,
    Day,
    DayStatus,
    Identify,
    LateDoctor,
    Name,
    OrderMessage,
    PointCard,
    PointStatus,
    Progress,
    Serving,
    StoreBeat,
    ZoneCard,
)
from mqtt.session import Connected, Disconnected
from program.inbox import Tick
from sounds.utterance import SpeechEnded
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


def test_a_recall_that_was_taken_back_makes_nothing_yellow() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    hall.wait(20.0)
    undone = call(2, 123, hall.now, kind=CallKind.RECALL, withdrawn=True)
    hall.hear(heard(board(call(1, 123), undone, sequence=2)))
    assert (called_numbers(hall), hall.view().stage) == ([], None)


def test_the_frame_of_a_call_blinks_three_times_once_a_second_and_then_stands() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    frames = []
    for _ in range(11):
        stage = hall.view().stage
        frames.append(stage is not None and stage.framed)
        hall.wait(0.5)
    assert frames == [True, False] * BLINKS + [True] * 5


def test_the_blinking_begins_with_the_call_and_not_with_the_second() -> None:
    hall = HallAtWork(speaker=False).ready(board())
    hall.wait(0.3)
    hall.hear(heard(board(call(1, 123, hall.now), sequence=2)))
    assert hall.view().stage == Stage(123, "counter", 4, again=False, framed=True)


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
    assert notice == Notice("late", SITE.doctors[0].name, SITE.departments[0].name, "10:50")
    hall.wait(NOTICE_SECONDS)
    assert hall.view().notice == Notice("missed")


def test_a_late_doctor_whom_the_site_does_not_know_and_an_order_by_number_need_no_notice() -> None:
    by_number = fields(SITE, order_by_number=True)
    hall = HallAtWork(speaker=False).ready(board(late=(LateDoctor(doctor=99, until="10:50"),)), site=by_number)
    assert hall.view().notice is None


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
    assert (hall.view().stage is not None, hall.view().last_heard) == (True, None)
    hall.hear(heard(StoreBeat(up=False, connection="s1")))
    assert (hall.view().lost, hall.view().stage) == (True, None)
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
    hall.hear(heard(fields(day, status=DayStatus.ACCEPTING, sequence=3)))
    assert (hall.view().closed, hall.view().opens_date, hall.view().opens_hour) == (False, None, None)
    hall.hear(heard(fields(day, sequence=4)), Disconnected("cable"))
    assert (hall.view().lost, hall.view().closed, hall.view().opens_date) == (True, False, None)


def test_a_day_that_nobody_has_told_is_not_a_closed_one() -> None:
    hall = HallAtWork(speaker=False)
    hall.hear(Connected("c1"), heard(SITE), heard(board()), beat(hall.now))
    assert (hall.view().starting, hall.view().closed) == (False, False)


def test_a_hall_that_the_site_does_not_know_claims_nothing() -> None:
    elsewhere = fields(SITE, zones=(ZoneCard(id="hall-2", name=Name(fa="سالن ۲")),))
    assert HallAtWork().ready(board(call(1, 123)), site=elsewhere).view().starting


def test_a_technician_sees_for_a_while_which_screen_this_is_even_before_it_knows_the_hall() -> None:
    for hall in (HallAtWork(), HallAtWork(speaker=False).ready(board())):
        assert hall.view().identify is None
        hall.hear(heard(OrderMessage(id="1", order=Identify())))
        hall.wait(IDENTIFY_SECONDS - 0.1)
        assert hall.view().identify == "waiting-room-1"
        hall.wait(0.2)
        assert hall.view().identify is None


def test_the_screen_says_which_hall_who_waits_and_what_each_point_is() -> None:
    here = Serving(point="room-2", status=PointStatus.PAUSED, number=7)
    gone = Serving(point="not in the site", status=PointStatus.OPEN)
    view = HallAtWork(speaker=False).ready(board(serving=(here, gone))).view()
    assert (view.zone, view.waiting, view.page, view.pages) == (SITE.zones[0].name, 7, 0, 1)
    assert view.tiles == (
        Tile("room-2", "room", 2, PointStatus.PAUSED, 7),
        Tile("not in the site", "counter", 0, PointStatus.OPEN),
    )


def test_a_call_to_a_room_that_the_site_does_not_know_is_on_no_stage() -> None:
    assert HallAtWork(speaker=False).ready(board(call(1, 123, point="gone"))).view().stage is None


def test_a_call_that_waited_for_its_voice_is_yellow_again_while_it_has_the_stage() -> None:
    hall = HallAtWork().ready(board(call(1, 123), call(2, 124, point="room-2")))
    hall.wait(20.0)
    assert called_numbers(hall) == [123], "it is being spoken; the yellow of both is over"
    hall.hear(SpeechEnded("call-1", "recorded"))
    hall.wait(1.0)
    assert hall.view().stage == Stage(124, "room", 2, again=False, framed=True)
    assert called_numbers(hall) == [124]


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


def test_the_page_of_the_call_on_stage_goes_before_that_of_an_earlier_call() -> None:
    points = tuple(PointCard(id=f"c{n}", kind="counter", label=n, zone="hall-1", stages=("reception",)) for n in range(1, 9))
    serving = tuple(
        Serving(
            point=card.id, status=PointStatus.OPEN, number=card.label, called_at_ms=wall_ms(0) if card.label in {1, 8} else None
        )
        for card in points
    )
    hall = HallAtWork(speaker=False).ready(board(call(1, 8, point="c8"), serving=serving), site=fields(SITE, points=points))
    assert ([tile.label for tile in hall.view().tiles], hall.view().page) == ([7, 8], 1)
    hall.wait(7.0)
    assert (hall.view().stage, hall.view().page) == (None, 0)


def test_the_program_sleeps_when_nothing_changes() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 123)))
    hall.wait(30.0)
    assert waiting_room.deadline(hall.hall) > hall.now
