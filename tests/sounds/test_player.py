"""Calls are heard whole, in order, one at a time; and whatever fails, each of them ends and the next one comes."""

import math
import threading
import time
from array import array
from collections.abc import Callable, Iterator
from operator import mul
from pathlib import Path

import pygame
import pytest

import sounds.card
from program.inbox import Inbox, Tick
from program.settings import SpeakerSettings
from sounds.player import WAITING_LIMIT, Player
from sounds.utterance import Call, Phrase, SpeechEnded, SpeechStarted, TicketNumber, Utterance
from sounds.voice import Speech, Voice, voice_of
from sounds.waveform import RATE, Samples, level_dbfs, peak_dbfs, read_wav, seconds

DEADLINE_SECONDS = 60.0
Start = Callable[..., Player]


def call(number: int, *, volume_percent: int = 100) -> Utterance:
    return Utterance(f"e1:{number}", (Call(number, "counter", 4),), volume_percent=volume_percent)


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the loudspeaker would have played: SDL's disk driver, at full speed."""
    raw = tmp_path / "played.raw"
    monkeypatch.setenv("SDL_DISKAUDIOFILE", str(raw))
    monkeypatch.setenv("SDL_DISKAUDIODELAY", "0")
    return raw


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def start(inbox: Inbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts players, and ends them."""
    monkeypatch.setenv("SDL_AUDIODRIVER", "dummy")  # the card writes it; this gives it back afterwards
    monkeypatch.setenv("AUDIODEV", "")
    players: list[Player] = []

    def start_player(driver: str = "disk", voice: Callable[[SpeakerSettings], Voice] = voice_of, **settings: str) -> Player:
        player = Player(SpeakerSettings(driver=driver, **settings), inbox, voice)
        player.start()
        players.append(player)
        return player

    yield start_player
    for player in players:
        player.stop()


def events_until_ended(inbox: Inbox, count: int) -> list[object]:
    """What came into the inbox until `count` utterances had ended."""
    until = time.monotonic() + DEADLINE_SECONDS
    events: list[object] = []
    while sum(isinstance(event, SpeechEnded) for event in events) < count:
        event = inbox.get(until)
        assert not isinstance(event, Tick), f"only {events} within {DEADLINE_SECONDS} s"
        events.append(event)
    return events


def places_of(needle: Samples, hay: Samples) -> tuple[int, float]:
    """Where `needle` lies best in `hay`, and how well (1.0: exactly), by a search for its first loud 30 ms."""
    first = next(n for n, sample in enumerate(needle) if abs(sample) > 2000)
    key = needle[first : first + RATE * 30 // 1000]
    candidates = [n for n in range(len(hay) - len(needle) + first) if hay[n] == key[0] and hay[n : n + len(key)] == key]
    return max(
        ((n - first, likeness(needle, hay[n - first : n - first + len(needle)])) for n in candidates), key=lambda p: p[1]
    )


def likeness(one: Samples, other: Samples) -> float:
    return sum(map(mul, one, other)) / math.sqrt(sum(map(mul, one, one)) * sum(map(mul, other, other)))


def test_announcements_are_played_whole_in_order_and_never_over_each_other(
    disk: Path, inbox: Inbox, start: Start, tmp_path: Path
) -> None:
    numbers = (123, 7, 4321, 12)
    player = Player(SpeakerSettings(driver="disk", keep_announcements=str(tmp_path / "kept")), inbox)
    for number in numbers:  # all wait before the first is said, so that SDL's file is not begun anew between them
        player.say(call(number))
    player.start()
    events = events_until_ended(inbox, len(numbers))
    assert [event.id for event in events if isinstance(event, SpeechStarted)] == [f"e1:{n}" for n in numbers]
    assert [event for event in events if isinstance(event, SpeechEnded)] == [SpeechEnded(f"e1:{n}", "shipped") for n in numbers]
    player.stop()
    played = array("h", disk.read_bytes())
    after = 0
    for n, number in enumerate(numbers):
        kept = read_wav(tmp_path / "kept" / f"{n:04}-{number}-counter-4.wav")
        start_at, like = places_of(kept, played[after:])
        print(f"{number}: {seconds(kept):.2f} s, {level_dbfs(kept):.1f} dBFS, peak {peak_dbfs(kept):.1f}, r = {like:.3f}")
        assert like > 0.999
        assert start_at >= 0
        after += start_at + len(kept)
    assert peak_dbfs(played) <= -1


def test_half_the_volume_is_six_decibels_less_and_none_is_silence(disk: Path, inbox: Inbox, start: Start) -> None:
    player = start()
    player.say(call(6, volume_percent=0))
    player.say(call(5, volume_percent=50))
    events = events_until_ended(inbox, 2)
    assert [(event.id, event.how) for event in events if isinstance(event, SpeechEnded)] == [
        ("e1:6", "silent"),
        ("e1:5", "shipped"),
    ]
    player.stop()
    alone = voice_of(SpeakerSettings()).speech(call(5)).samples
    assert level_dbfs(array("h", disk.read_bytes())) == pytest.approx(level_dbfs(alone) - 6, abs=0.5)


def test_a_key_hushes_what_is_said_and_what_waits(inbox: Inbox, start: Start) -> None:
    player = start(driver="dummy")
    player.say(call(1))
    player.say(call(2))
    assert isinstance(inbox.get(time.monotonic() + DEADLINE_SECONDS), SpeechStarted)
    player.hush()
    player.beep()
    player.say(Utterance("after", (Phrase("kiosk_wait"),), chime=False))
    ended = [event for event in events_until_ended(inbox, 3) if isinstance(event, SpeechEnded)]
    assert ended == [SpeechEnded("e1:1", "hushed"), SpeechEnded("e1:2", "hushed"), SpeechEnded("after", "shipped")]


def test_without_a_card_each_call_ends_silent_and_the_card_is_heard_once_it_is_back(
    disk: Path, inbox: Inbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_mixer = pygame.mixer.init
    plugged = False

    def mixer_of_a_loose_card(**wanted: int) -> None:
        if not plugged:
            raise pygame.error("ALSA: Couldn't open audio device: No such device")
        open_mixer(**wanted)

    monkeypatch.setattr(pygame.mixer, "init", mixer_of_a_loose_card)
    player = start()
    player.say(call(1))
    player.beep()
    assert events_until_ended(inbox, 1) == [SpeechEnded("e1:1", "silent")]
    plugged = True
    player.say(call(2))
    assert events_until_ended(inbox, 1)[-1] == SpeechEnded("e1:2", "shipped")


def test_a_driver_that_this_machine_has_not_is_no_card(inbox: Inbox, start: Start) -> None:
    player = start(driver="no-such-driver")
    player.say(call(1))
    assert events_until_ended(inbox, 1) == [SpeechEnded("e1:1", "silent")]


def test_when_cards_come_or_go_the_card_is_opened_anew(
    inbox: Inbox, start: Start, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    cards = tmp_path / "cards"

    def list_cards(listed: str) -> None:
        """All at once: the player may be reading it."""
        new = tmp_path / "new"
        new.write_text(listed)
        new.replace(cards)

    list_cards("0 [vc4hdmi0]")
    monkeypatch.setattr(sounds.card, "_CARDS", cards)
    openings: list[int] = []
    open_mixer = pygame.mixer.init
    monkeypatch.setattr(pygame.mixer, "init", lambda **wanted: (openings.append(1), open_mixer(**wanted)))
    player = start(driver="dummy")
    for number, listed in ((1, "0 [vc4hdmi0]"), (2, "0 [vc4hdmi0]"), (3, ""), (4, "0 [vc4hdmi0]")):
        list_cards(listed)
        player.say(call(number))
        assert isinstance(inbox.get(time.monotonic() + DEADLINE_SECONDS), SpeechStarted)
        player.hush()
        events_until_ended(inbox, 1)
    assert len(openings) == 3


def test_a_card_that_never_finishes_is_left_and_the_next_call_is_heard(
    disk: Path, inbox: Inbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = iter([True] * 3)
    playing = sounds.card.Card.playing
    monkeypatch.setattr("sounds.player._OVERDUE_SECONDS", -60.0)
    monkeypatch.setattr(sounds.card.Card, "playing", lambda self: next(stuck, False) or playing(self))
    player = start()
    player.say(call(1))
    assert events_until_ended(inbox, 1)[-1] == SpeechEnded("e1:1", "silent")
    monkeypatch.setattr("sounds.player._OVERDUE_SECONDS", 60.0)
    player.say(call(2))
    assert isinstance(events_until_ended(inbox, 1)[-1], SpeechEnded)


def test_a_voice_that_breaks_ends_one_call_and_not_the_queue(disk: Path, inbox: Inbox, start: Start) -> None:
    class Breaking(Voice):
        def speech(self, utterance: Utterance) -> Speech:
            if utterance.id == "e1:1":
                raise RuntimeError("a fault of ours")
            return super().speech(utterance)

    player = start(voice=lambda settings: Breaking(voice_of(settings)._packs, ()))
    player.say(call(1))
    player.say(call(2))
    ended = [event for event in events_until_ended(inbox, 2) if isinstance(event, SpeechEnded)]
    assert ended == [SpeechEnded("e1:1", "failed"), SpeechEnded("e1:2", "shipped")]


def test_voices_that_cannot_be_loaded_end_one_call_and_are_tried_again_by_the_next(
    disk: Path, inbox: Inbox, start: Start
) -> None:
    attempts = iter((False, False, True))  # at the start, by the first call, by the second

    def loose(settings: SpeakerSettings) -> Voice:
        if not next(attempts):
            raise RuntimeError("a pack on a stick that is not mounted yet")
        return voice_of(settings)

    player = start(voice=loose)
    player.say(call(1))
    player.say(call(2))
    ended = [event for event in events_until_ended(inbox, 2) if isinstance(event, SpeechEnded)]
    assert ended == [SpeechEnded("e1:1", "failed"), SpeechEnded("e1:2", "shipped")]


@pytest.mark.parametrize("part", ["play", "playing"])
def test_a_card_that_breaks_in_an_unknown_way_ends_one_call_and_not_the_queue(
    part: str, disk: Path, inbox: Inbox, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaks = iter([True])
    real = getattr(sounds.card.Card, part)

    def breaking(card: sounds.card.Card, *sound: object) -> object:
        if next(breaks, False):
            raise RuntimeError("a fault below")
        return real(card, *sound)

    monkeypatch.setattr(sounds.card.Card, part, breaking)
    player = start()
    player.say(call(1))
    player.say(call(2))
    ended = [event for event in events_until_ended(inbox, 2) if isinstance(event, SpeechEnded)]
    assert ended == [SpeechEnded("e1:1", "failed"), SpeechEnded("e1:2", "shipped")]


def test_a_flood_of_calls_neither_blocks_the_caller_nor_loses_an_ending(inbox: Inbox, start: Start) -> None:
    flood = 6 * WAITING_LIMIT
    player = Player(SpeakerSettings(driver="dummy"), inbox)
    for number in range(1, flood + 1):  # nobody takes them yet: were `say` to wait, this would never end
        player.say(call(number))
    player.hush()
    for _ in range(flood):
        player.beep()
    assert len(inbox.drain(flood)) == flood - 4 * WAITING_LIMIT
    player.start()
    ended = [event for event in events_until_ended(inbox, 3 * WAITING_LIMIT - 1) if isinstance(event, SpeechEnded)]
    assert {event.how for event in ended} == {"silent"}
    player.stop()


def test_a_full_disk_costs_the_kept_file_and_not_the_call(disk: Path, inbox: Inbox, start: Start, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    player = start(keep_announcements=str(tmp_path / "file"))
    player.say(call(1))
    assert events_until_ended(inbox, 1)[-1] == SpeechEnded("e1:1", "shipped")


def test_two_devices_that_share_a_folder_keep_all_their_announcements(
    disk: Path, inbox: Inbox, start: Start, tmp_path: Path
) -> None:
    for _ in range(2):  # the second player is the first one after a restart, or another device's
        player = start(keep_announcements=str(tmp_path / "kept"))
        player.say(call(1))
        player.say(Utterance("kiosk", (TicketNumber(7), Phrase("kiosk_wait_for_call")), chime=False))
        events_until_ended(inbox, 2)
        player.stop()
    assert sorted(path.name for path in (tmp_path / "kept").iterdir()) == [
        "0000-1-counter-4.wav",
        "0001-ticket-7.wav",
        "0002-1-counter-4.wav",
        "0003-ticket-7.wav",
    ]


def test_a_file_is_not_filled_with_silence_between_calls(disk: Path, inbox: Inbox, start: Start) -> None:
    player = start()
    player.say(call(1))
    events_until_ended(inbox, 1)
    player.say(call(2, volume_percent=0))  # when this one has ended, the player has been at rest
    events_until_ended(inbox, 1)
    assert not pygame.mixer.get_init()


def test_no_sound_is_taken_apart_by_the_thread_that_plays_it(
    start: Start, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SDL's own thread would do so in the midst of whatever Python does: a hall ended without a word, once in a long run."""
    undone_by: list[str] = []

    class Sound(pygame.mixer.Sound):
        def __del__(self) -> None:
            undone_by.append(threading.current_thread().name)

    monkeypatch.setattr(pygame.mixer, "Sound", Sound)
    player = start(driver="dummy", voice=lambda _: Voice({}, (lambda *_: array("h", [1000] * (RATE // 10)),)))
    for number in range(1, 6):
        player.say(call(number))
    events_until_ended(inbox, 5)
    player.stop()
    assert set(undone_by) == {"player"}
