"""Calls (PROTOCOL rules 12 and 13): a counter that calls, the hall's board, and the one device that speaks.

The speaking is display_device/voice/announcement.py itself, and what the board holds is rules/calls.py. Time passes only
while the speaker is away, which excuses it from what was called before.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from msgspec import structs

from display_device.voice.announcement import (
    Air,
    Announcer,
    AnnouncerAction,
    CallId,
    Place,
    Say,
    WriteSpoken,
    call_id,
    go_on,
    listed,
    speech_ended,
)
from mqtt.contract import CALL_SPOKEN_WITHIN_SECONDS, Call, CallKind
from rules.calls import first_on_board
from sounds.utterance import SpeechEnded
from tests.model.clauses import Clause, Off

Step = tuple[str, "Hall"]
SPOKEN_WITHIN_MS: Final = int(CALL_SPOKEN_WITHIN_SECONDS * 1000)
LONG_MS: Final = 120_000
"""Longer than a call is spoken."""
ON_BOARD: Final = 1
"""So many calls stay on the model's board however old they are; a clinic's holds 32."""
PLACES: Final = {"counter": Place("counter", 1)}


class Speaker(NamedTuple):
    """The display that speaks: what it knows goes with the power, what it has written stays."""

    announcer: Announcer = Announcer()
    written: frozenset[CallId] = frozenset()
    hears_store: bool = True


class Hall(NamedTuple):
    faults: int
    to_do: tuple[str, ...]  # what the counter will do
    speaker: Speaker = Speaker()
    now_ms: int = 0
    epoch: int = 1
    store_up: bool = True
    beat_ms: int = 0  # the time in the newest beat, which is retained
    calls: tuple[Call, ...] = ()  # in the ledger
    board: tuple[Call, ...] = ()  # as it is retained
    heard: tuple[tuple[int, int], ...] = ()  # in the hall: number and call, in order
    excused: frozenset[int] = frozenset()  # the numbers that were called while nobody could speak them in time
    wrong: str | None = None

    def fault(self) -> "Hall":
        return self._replace(faults=self.faults - 1)


@dataclass(frozen=True)
class Calls:
    """`to_do`: what the counter does, in order, each "call", "recall" or "undo" and a number."""

    to_do: tuple[str, ...]
    faults: int
    off: Off = frozenset()

    def start(self) -> Hall:
        return Hall(self.faults, self.to_do)

    def steps(self, hall: Hall) -> Iterator[Step]:
        speaker, turn = hall.speaker, hall.speaker.announcer.turn
        if hall.store_up and hall.to_do:
            yield self._counter(hall)
        if speaker.announcer.calls != hall.board:
            told = speaker._replace(announcer=listed(speaker.announcer, hall.board))
            yield "the board reaches the speaker", self._goes_on(hall._replace(speaker=told))
        if hall.store_up and not speaker.hears_store:
            yield "the speaker hears the store", self._goes_on(hall._replace(speaker=speaker._replace(hears_store=True)))
        if not hall.store_up:
            started = hall._replace(store_up=True, epoch=hall.epoch + 1, beat_ms=hall.now_ms)
            yield "the store starts again", started
        if turn is not None and turn.speech is not None:
            yield f"{turn.call.number} is read to the end", self._read(hall, written=True)
        if not hall.faults:
            return
        if turn is not None and turn.speech is not None:
            cut = self._power_cut(self._read(hall, written=False))
            yield f"{turn.call.number} is read to the end, and power is cut at the speaker before that is written", cut
        yield "power cut at the speaker", self._power_cut(hall)
        yield "power is off at the speaker for two minutes", self._power_cut(self._long(hall))
        if hall.store_up:
            silent = hall.fault()._replace(store_up=False, speaker=speaker._replace(hears_store=False))
            yield "the store falls silent", silent
            if hall.calls:
                old = silent._replace(calls=(), store_up=True, epoch=hall.epoch + 1, beat_ms=hall.now_ms)
                yield "the ledger of this morning is put back", self._published(old)

    # ---------------------------------------------------------------------------------- the counter, the store

    def _counter(self, hall: Hall) -> Step:
        what, number = hall.to_do[0].split()
        hall = hall._replace(to_do=hall.to_do[1:])
        if what == "undo":
            calls = tuple(_turned(call, withdrawn=call.withdrawn or call.number == int(number)) for call in hall.calls)
            return f"the call of {number} is taken back", self._published(hall._replace(calls=calls))
        epoch = "same" if Clause.CALL_HAS_EPOCH in self.off else str(hall.epoch)
        call = Call(
            epoch=epoch,
            call=len(hall.calls) + 1,
            number=int(number),
            point="counter",
            kind=CallKind(what),
            called_at_ms=hall.now_ms,
        )
        return f"the counter makes the {what} of {number}", self._published(hall._replace(calls=(*hall.calls, call)))

    def _published(self, hall: Hall) -> Hall:
        within_ms = 0 if Clause.BOARD_HOLDS_THE_YOUNG in self.off else SPOKEN_WITHIN_MS
        called_at_ms = [call.called_at_ms for call in hall.calls]
        first = first_on_board(called_at_ms, hall.now_ms, most=ON_BOARD, spoken_within_ms=within_ms)
        return hall._replace(board=hall.calls[first:], beat_ms=hall.now_ms)

    # --------------------------------------------------------------------------------------------- the speaker

    def _air(self, hall: Hall) -> Air:
        live = hall.speaker.hears_store
        wall_ms = hall.now_ms if live else hall.beat_ms
        return Air(
            fresh=live or Clause.ONLY_LIVE in self.off,
            wall_ms=0 if Clause.NOT_TOO_OLD in self.off else wall_ms,
            percent=100,
            languages=("fa",),
            places=PLACES,
        )

    def _goes_on(self, hall: Hall) -> Hall:
        """Whatever is due, until a speech is being read or nobody waits for one."""
        while True:
            announcer = hall.speaker.announcer
            now = 0.0 if announcer.turn is None or announcer.turn.speech else announcer.turn.until
            announcer, actions = go_on(announcer, self._air(hall), now)
            hall = self._performed(hall._replace(speaker=hall.speaker._replace(announcer=announcer)), actions)
            if announcer.turn is None or announcer.turn.speech:
                return hall

    def _performed(self, hall: Hall, actions: tuple[AnnouncerAction, ...]) -> Hall:
        for action in actions:
            if isinstance(action, Say) and action.chime:
                hall = hall._replace(wrong=hall.wrong or _why_wrong(hall, action.call))
                if Clause.WRITTEN_WHEN_ENDED in self.off:
                    hall = _wrote(hall, (call_id(action.call),))
            elif isinstance(action, WriteSpoken):
                hall = _wrote(hall, action.ids[-1:] if Clause.RECALL_MERGED in self.off else action.ids)
        return hall

    def _read(self, hall: Hall, *, written: bool) -> Hall:
        announcer = hall.speaker.announcer
        assert announcer.turn is not None
        assert announcer.turn.speech is not None
        call = announcer.turn.call
        announcer, actions = speech_ended(announcer, SpeechEnded(announcer.turn.speech, "live"), 0.0)
        if Clause.RECALL_MERGED in self.off:
            merged = {one for action in actions if isinstance(action, WriteSpoken) for one in action.ids[:-1]}
            announcer = replace(announcer, done=tuple(one for one in announcer.done if one not in merged))
        spoken = (call.number, call.call)
        heard = hall.heard if spoken in hall.heard else (*hall.heard, spoken)
        hall = hall._replace(speaker=hall.speaker._replace(announcer=announcer), heard=heard)
        return self._goes_on(self._performed(hall, actions)) if written else hall

    def _power_cut(self, hall: Hall) -> Hall:
        """Up again, with what was written and with what is retained, before the store is heard."""
        speaker = hall.speaker
        done = () if Clause.KEPT_OVER_REBOOT in self.off else tuple(sorted(speaker.written))
        up = speaker._replace(announcer=listed(Announcer(done=done), hall.board), hears_store=False)
        return self._goes_on(hall.fault()._replace(speaker=up))

    def _long(self, hall: Hall) -> Hall:
        called = {call.number for call in hall.calls}
        later = hall._replace(now_ms=hall.now_ms + LONG_MS, excused=hall.excused | called)
        return later._replace(beat_ms=later.now_ms) if hall.store_up else later

    # ------------------------------------------------------------------------------------------------ the laws

    def broken(self, hall: Hall) -> str | None:
        """Nothing is spoken that is too old, was written as spoken, or was called again since."""
        return hall.wrong

    def broken_in_the_end(self, hall: Hall) -> str | None:
        """Each standing call is spoken at least once."""
        heard = {number for number, _ in hall.heard} | hall.excused
        silent = (call for call in hall.calls if not call.withdrawn and call.number not in heard)
        return next((f"the call of {call.number} is never spoken" for call in silent), None)


def _wrote(hall: Hall, ids: tuple[CallId, ...]) -> Hall:
    return hall._replace(speaker=hall.speaker._replace(written=hall.speaker.written.union(ids)))


def _why_wrong(hall: Hall, call: Call) -> str | None:
    """Why a call that is begun to be read should not be."""
    if hall.now_ms - call.called_at_ms > SPOKEN_WITHIN_MS:
        return f"the call of {call.number} is spoken two minutes later"
    if call_id(call) in hall.speaker.written:
        return f"the call of {call.number} was written as spoken, and is spoken again"
    if any(number == call.number and later > call.call for number, later in hall.heard):
        return f"the call of {call.number} is spoken after its recall"
    return None


def _turned(call: Call, *, withdrawn: bool) -> Call:
    """The call, taken back or not."""
    return call if call.withdrawn == withdrawn else structs.replace(call, withdrawn=withdrawn)
