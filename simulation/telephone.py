"""The telephone in the world: the house's own menu and open calls, an exchange whose callers hear, press and hang up, and the
texts' worker."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from random import Random
from typing import Final

from mqtt.contract import Booked
from mqtt.reporter import last_will
from phone_line import calls
from phone_line.agi import EndedBy, Heard
from phone_line.calls import Action, HandAnswer, Telephone, WakeTexts
from phone_line.listener import CallCame, CallEnded, Spoken
from phone_line.open_calls import OpenCalls
from phone_line.state import (
    Abandon,
    AfterCode,
    Ask,
    Call,
    ChoosingDepartment,
    ChoosingDoctor,
    Close,
    Leave,
    Main,
    Mode,
    Note,
    Offered,
    OfferingCallerNumber,
    Say,
    TellingCode,
    TypingMobile,
)
from simulation.clock import Clock, Life, Sign, Until, begin
from simulation.network import Network
from simulation.place import Place
from simulation.running import Running
from simulation.texts import Modem, Texts
from simulation.witness import Witness

ROLE: Final = "phone"
PATIENCE_SECONDS: Final = 90.0
_KEYS: Final = {Main: "1", OfferingCallerNumber: "1", Offered: "1"}


class TelephoneBox:
    """The machine between the exchange and the store."""

    def __init__(self, network: Network, device: str, folder: Path, chance: Random, witness: Witness) -> None:
        self.network, self.device, self._folder, self._chance, self._witness = network, device, folder, chance, witness
        self.clock: Clock = network.clock
        self.running: Running[Telephone, Action] | None = None
        self.modem = Modem(Random(chance.random()), self.clock, witness)
        self.outbox_waits: Callable[[int], bool] = lambda _now_ms: False
        """Whether something is due in the outbox, so that a look is not in vain."""
        self._texts: Texts | None = None
        self._open_calls: OpenCalls | None = None
        self._said: dict[int, Say] = {}
        self._left: set[int] = set()
        self._words = Sign()
        self._lines = 0

    def switch_on(self) -> None:
        """The program starts, with what its disk holds."""
        self._open_calls = OpenCalls(self._folder)
        boot = f"{self._chance.getrandbits(64):016x}"
        place = Place(self.network, self.device, boot, ("store", "site"), partial(last_will, self.device, ROLE))
        telephone = Telephone(boot=boot, secret=self._chance.randbytes(16))
        self.running = running = Running(
            self.clock,
            place,
            calls.at_start(telephone, self._open_calls.left_open, self.clock.now),
            step=calls.step,
            deadline=calls.deadline,
            perform=self._perform,
            power_cut=self.power_cut,
        )
        running.start()
        self._texts = Texts(
            self.clock,
            self.modem,
            f"{self._chance.getrandbits(64):016x}",
            tell=running.hear,
            feed=lambda: running.look().feed,
            outbox_waits=self.outbox_waits,
        )

    def power_cut(self) -> None:
        """Dark: the exchange takes its calls back."""
        if self.running is not None:
            self.network.catch_up()
            running, self.running = self.running, None
            running.end()
            if self._texts is not None:
                self._texts.end()
            self._said.clear()
            self._words.give()

    def rings(self, mobile: str, department: int, doctor: int | None) -> None:
        """Somebody calls for a place."""
        self._lines += 1
        begin(self.clock, self._call(self._lines, mobile, department, doctor))

    def _perform(self, action: Action) -> None:
        running, open_calls, texts = self.running, self._open_calls, self._texts
        if running is None or open_calls is None or texts is None:
            return
        match action:
            case Say(line=line):
                self._said[line] = action
                self._words.give()
            case Leave(line=line):
                self._left.add(line)
                self._words.give()
            case Ask(request, operation, give_up_seconds, note):
                if note is not None:
                    open_calls.write(note)
                running.place.ask(request, operation, give_up_seconds=give_up_seconds, seen=None)
            case Abandon(request):
                running.place.give_up(request)
            case Note(open_call):
                open_calls.write(open_call)
            case Close(call):
                open_calls.close(call)
            case HandAnswer() | WakeTexts():
                texts.do(action)

    # ----------------------------------------------------------------------------- at the other end

    def _call(self, line: int, mobile: str, department: int, doctor: int | None) -> Life:
        """A caller: answers each question, hears the code, hangs up."""
        chance, began = self._chance, self.clock.now
        running = self.running
        if running is None:
            return
        running.hear(CallCame(line, "exchange", f"call-{line}", mobile))
        gives_up_at = began + (chance.uniform(5.0, 30.0) if chance.random() < 0.1 else PATIENCE_SECONDS)
        while self.running is running and line not in self._left and self.clock.now < gives_up_at:
            said = self._said.pop(line, None)
            if said is None:
                yield Until(self._words, gives_up_at - self.clock.now)
                continue
            yield chance.uniform(2.0, 4.0)
            call = running.state.calls.get(line)
            if self.running is not running or call is None:
                break
            if isinstance(call.mode, AfterCode):
                break
            self._answer(running, call, said, department, doctor)
        self._left.discard(line)
        self._said.pop(line, None)
        if self.running is running:
            running.hear(CallEnded(line))

    def _answer(self, running: Running[Telephone, Action], call: Call, said: Say, department: int, doctor: int | None) -> None:
        """What a caller presses at these words, or that they were heard to their end."""
        if said.gather is None:
            if isinstance(call.mode, TellingCode) and call.mode.last_digit:
                self._knows(call.mode.booked)
            running.hear(Spoken(call.line, said.turn, Heard(EndedBy.PLAYED)))
            return
        keys = _keys(call.mode, department, doctor)
        ended_by = EndedBy.POUND if not keys else EndedBy.KEYS
        running.hear(Spoken(call.line, said.turn, Heard(ended_by, keys)))

    def _knows(self, booked: Booked) -> None:
        self._witness.told_codes.setdefault(booked.code, self.clock.now)
        self._witness.note(self.clock.now, f"a caller is told {booked.code} for {booked.date}")


def _keys(mode: Mode, department: int, doctor: int | None) -> str:
    match mode:
        case ChoosingDepartment():
            return str(department)
        case ChoosingDoctor():
            return f"{doctor or 0:02}"
        case TypingMobile():
            return ""
    return _KEYS.get(type(mode), "*")
