"""The queue of announcements: every standing call is heard, one after the other, and the screen never waits for it."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display_device.known import Known
from display_device.voice.announcement import HEARD_VOICES, SPEECH_LIMIT_SECONDS, Hush, Say, WriteSpoken, loudness_percent
from mqtt.contract import CallKind, LoudnessStep, QuietTime
from sounds.utterance import SpeechEnded
from tests.display.clinic import SITE, HallAtWork, board, call, fields, heard, wall_ms


def said(hall: HallAtWork) -> list[Say]:
    return [action for action in hall.actions if isinstance(action, Say)]


def end_speech(hall: HallAtWork, how: str = "recorded") -> None:
    hall.hear(SpeechEnded(said(hall)[-1].id, how))


def speak_all(hall: HallAtWork, seconds: float, *, each: float = 3.0, how: str = "recorded") -> list[tuple[float, Say]]:
    """Let the hall work for a while with a voice that takes `each` seconds; what it began, and when."""
    begun: list[tuple[float, Say]] = []
    until = hall.now + seconds
    while hall.now < until:
        if len(said(hall)) > len(begun):
            begun.append((hall.now, said(hall)[-1]))
            hall.wait(each)
            end_speech(hall, how)
        else:
            hall.wait(0.1)
    return begun


def numbers(begun: list[tuple[float, Say]]) -> list[int]:
    return [say.call.number for _, say in begun]


def test_a_call_is_shown_at_once_and_read_twice_when_it_is_quiet() -> None:
    hall = HallAtWork().ready(board(call(1, 123)))
    assert hall.view().stage is not None
    begun = speak_all(hall, 20)
    assert numbers(begun) == [123, 123]
    assert [say.chime for _, say in begun] == [True, False]


def test_when_others_wait_each_is_read_once_and_none_overlaps() -> None:
    hall = HallAtWork().ready(board(call(1, 101), call(2, 102, point="counter-3"), call(3, 103, point="room-2")))
    begun = speak_all(hall, 30)
    assert numbers(begun) == [101, 102, 103, 103], "the last one has quiet after it"
    assert all(later - earlier >= 3.0 for (earlier, _), (later, _) in pairwise(begun))


def test_an_urgent_call_goes_before_older_ones() -> None:
    hall = HallAtWork().ready(board(call(1, 101)))
    hall.hear(heard(board(call(1, 101), call(2, 102), call(3, 999, urgent=True, point="room-2"), sequence=2)))
    assert numbers(speak_all(hall, 20))[:3] == [101, 999, 102]


def test_a_recall_of_a_number_still_waiting_is_merged_and_both_are_done() -> None:
    hall = HallAtWork().ready(board(call(1, 101)))
    recalled = call(3, 102, kind=CallKind.RECALL, called_at_ms=wall_ms(0.5))
    hall.hear(heard(board(call(1, 101), call(2, 102), recalled, sequence=2)))
    begun = speak_all(hall, 30)
    assert [say.call.call for _, say in begun] == [1, 3, 3], "the younger id is kept"
    written = [action.ids for action in hall.actions if isinstance(action, WriteSpoken)]
    assert written[-1] == (("e1", 2), ("e1", 3))


def test_four_waiting_calls_are_read_in_the_first_language_only() -> None:
    site = fields(SITE, spoken_languages=("fa", "en"))
    hall = HallAtWork().ready(board(*(call(n, 100 + n) for n in range(1, 5))), site=site)
    begun = speak_all(hall, 40)
    assert [say.languages for _, say in begun][:3] == [("fa",), ("fa", "en"), ("fa", "en")]


def test_a_withdrawn_call_is_dropped_or_hushed() -> None:
    hall = HallAtWork().ready(board(call(1, 101), call(2, 102)))
    gone = call(1, 101, withdrawn=True)
    hall.hear(heard(board(gone, call(2, 102, withdrawn=True), sequence=2)))
    assert isinstance(hall.actions[-1], Hush)
    assert numbers(speak_all(hall, 10)) == [101], "begun before it was withdrawn"


def test_a_call_older_than_ninety_seconds_is_not_spoken() -> None:
    hall = HallAtWork().ready(board(call(1, 101, called_at_ms=wall_ms(-91.0)), call(2, 102, called_at_ms=wall_ms(-89.0))))
    assert numbers(speak_all(hall, 10))[0] == 102
    assert 101 not in numbers(speak_all(hall, 10))


def test_in_a_quiet_time_the_screen_alone_shows() -> None:
    quiet = fields(SITE, quiet_times=(QuietTime(starts="10:30", ends="11:00"),))
    hall = HallAtWork().ready(board(call(1, 101)), site=quiet)
    stage = hall.view().stage
    assert stage is not None
    assert stage.number == 101
    hall.wait(10)
    assert said(hall) == []
    assert hall.view().stage is None


def test_the_volume_follows_the_hour() -> None:
    site = fields(SITE, loudness=(LoudnessStep(starts="07:00", percent=80), LoudnessStep(starts="13:00", percent=50)))
    known = Known(site=site)
    assert loudness_percent(site, known.local_time(wall_ms(0))) == 80
    assert loudness_percent(site, known.local_time(wall_ms(3 * 3600))) == 50
    assert loudness_percent(site, known.local_time(wall_ms(-6 * 3600))) == 50, "before the first step the last one holds"


@pytest.mark.parametrize(
    ("starts", "ends", "quiet"),
    [
        ("10:42", "10:43", True),
        ("10:30", "10:42", False),
        ("10:43", "10:30", False),
        ("22:00", "07:00", False),
        ("10:42", "07:00", True),
        ("22:00", "10:42", False),
        ("22:00", "10:43", True),
        ("10:42", "10:42", False),
    ],
)
def test_a_quiet_time_begins_on_its_minute_ends_before_its_last_and_may_pass_midnight(
    starts: str, ends: str, quiet: bool
) -> None:
    """It is 10:42."""
    site = fields(SITE, quiet_times=(QuietTime(starts=starts, ends=ends),))
    known = Known(site=site)
    assert loudness_percent(site, known.local_time(wall_ms(0))) == (0 if quiet else 100)


def test_nobody_speaks_at_an_hour_that_is_not_known() -> None:
    assert loudness_percent(SITE, None) == loudness_percent(None, Known(site=SITE).local_time(wall_ms(0))) == 0


def test_a_voice_that_fails_or_hangs_never_stops_the_queue() -> None:
    hall = HallAtWork().ready(board(call(1, 101), call(2, 102)))
    end_speech(hall, "silent")
    hall.wait(1.0)
    assert said(hall)[-1].call.number == 102
    hall.hear(heard(board(call(1, 101), call(2, 102), call(3, 103, SPEECH_LIMIT_SECONDS), sequence=2)))
    hall.wait(SPEECH_LIMIT_SECONDS + 1)
    assert said(hall)[-1].call.number == 103, "the second voice never came back"
    assert not hall.hall.announcer.voice_ok


def test_a_voice_that_comes_back_late_does_not_end_the_next_call() -> None:
    hall = HallAtWork().ready(board(call(1, 101), call(2, 102)))
    given_up = said(hall)[-1]
    hall.wait(SPEECH_LIMIT_SECONDS + 0.5)
    assert said(hall)[-1].call.number == 102
    hall.hear(SpeechEnded(given_up.id, "recorded"))
    assert hall.hall.announcer.turn is not None
    assert hall.hall.announcer.turn.speech == said(hall)[-1].id
    assert not [action for action in hall.actions if isinstance(action, WriteSpoken)]


def test_a_display_that_starts_speaks_what_still_stands_and_nothing_that_it_has_spoken() -> None:
    hall = HallAtWork(spoken=(("e1", 1),))
    hall.ready(board(call(1, 101), call(2, 102)))
    assert numbers(speak_all(hall, 10)) == [102, 102]


def test_nothing_is_spoken_before_the_store_is_heard_live() -> None:
    hall = HallAtWork()
    hall.hear(heard(SITE), heard(board(call(1, 101)), live=False))
    hall.wait(5, beats=False)
    assert said(hall) == []


def test_where_another_device_speaks_the_call_still_takes_the_stage() -> None:
    hall = HallAtWork(speaker=False).ready(board(call(1, 101)))
    stage = hall.view().stage
    assert stage is not None
    assert stage.number == 101
    hall.wait(10)
    assert said(hall) == []
    assert hall.view().stage is None


@given(data=st.data())
def test_every_standing_call_is_spoken_at_least_once_and_its_first_reading_never_twice(data: Any) -> None:
    hall = HallAtWork().ready(board())
    calls: list[Any] = []
    sequence, begun = 1, 0
    waits = st.sampled_from([0.1, 1.0, 4.0])
    for serial in range(1, data.draw(st.integers(1, 8)) + 1):
        calls.append(call(serial, data.draw(st.integers(1, 4)), hall.now, urgent=data.draw(st.booleans())))
        sequence += 1
        hall.hear(heard(board(*calls, sequence=sequence)))
        hall.wait(data.draw(waits))
        if len(said(hall)) > begun:
            begun = len(said(hall))
            end_speech(hall, data.draw(st.sampled_from(sorted(HEARD_VOICES))))
    speak_all(hall, 60)
    firsts = [say.call.call for say in said(hall) if say.chime]
    assert len(firsts) == len(set(firsts)), "never twice by a display that stays up"
    written = {one for action in hall.actions if isinstance(action, WriteSpoken) for one in action.ids}
    assert written == {("e1", one.call) for one in calls}, "each was spoken, by its own id or its recall's"
