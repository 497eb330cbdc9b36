"""How a caller gets from one question to the next, is asked again, waits for the store, and leaves. Pure."""

from typing import Final

from mqtt.contract import Operation
from phone_line.menu import said
from phone_line.open_calls import OpenCall
from phone_line.state import (
    Ask,
    Call,
    Gather,
    Leaving,
    Main,
    Mode,
    Question,
    Result,
    Say,
    Waiting,
    next_request,
)
from program.frozen import replace
from sounds.telephone import Prompts, phrase

STORE_LIMIT_SECONDS: Final = 6.0
"""A caller is told by then that the store does not answer."""


def say(call: Call, prompts: Prompts, gather: Gather | None = None) -> Result:
    """Words; only what is pressed after these counts from now on."""
    call = replace(call, turn=call.turn + 1)
    return call, (Say(call.line, call.turn, prompts, gather),)


def to_mode(call: Call, mode: Mode, now: float) -> Call:
    """The call in another mode, noted among its steps."""
    steps = (*call.steps, type(mode).__name__)
    return replace(call, mode=mode, since=now, tries=0, unheard=(), fallen_over=False, steps=steps)


def enter(call: Call, mode: Question, now: float, before: Prompts = ()) -> Result:
    """A question, after some words."""
    return ask_again(replace(to_mode(call, mode, now), unheard=before), mode)


def main_menu(call: Call, now: float, before: Prompts = ()) -> Result:
    """The first question."""
    return enter(call, Main(), now, before)


def ask_again(call: Call, mode: Question, *, wrong: bool = False) -> Result:
    """The question, after those words before it that are still unheard; `wrong`: with what was wrong about the answer. A key
    too many after the answer before cuts such words short, and nobody shall answer what they have not heard."""
    return say(call, (*call.unheard, *said.question(call, mode, wrong=wrong)), said.keys_of(call, mode))


def wrong(call: Call, now: float) -> Result:
    """An answer that was none: asked again, until the site's tries are used up."""
    return _another_try(call, now, wrong=True)


def silence(call: Call, _mode: object, _what: object, now: float) -> Result:
    """No answer at all: asked again, as long as after wrong ones."""
    return _another_try(call, now, wrong=False)


def wrong_keys(call: Call, _mode: object, _what: object, now: float) -> Result:
    """# alone, where it is no answer."""
    return wrong(call, now)


def _another_try(call: Call, now: float, *, wrong: bool) -> Result:
    call = replace(call, tries=call.tries + 1)
    if call.tries >= call.card.tries:
        return give_up(call, "no_more_tries", now)
    mode: Question = call.mode  # type: ignore[assignment]  # the table calls this for questions only
    return ask_again(call, mode, wrong=wrong)


def ask_store(call: Call, mode: Waiting, operation: Operation, now: float, note: OpenCall | None = None) -> Result:
    """Wait for the store's answer; `note` is on disk before it is asked."""
    call, request = next_request(replace(to_mode(call, mode, now), told_to_wait=False))
    return call, (Ask(request, operation, STORE_LIMIT_SECONDS, note),)


def give_up(call: Call, why: str, now: float) -> Result:
    """The menu cannot go on: say why, then reception, or goodbye where nobody takes calls there."""
    if call.card.operator:
        return leave(call, "operator", (*phrase(why), *phrase("to_operator")), why, now)
    return leave(call, "done", (*phrase(why), *phrase("call_again"), *phrase("goodbye")), why, now)


def goodbye(call: Call, now: float) -> Result:
    """The caller has what they wanted."""
    return leave(call, "done", phrase("goodbye"), "goodbye", now)


def leave(call: Call, result: str, prompts: Prompts, ended: str, now: float) -> Result:
    """The last words, and what the exchange does after them."""
    return say(to_mode(replace(call, ended=ended, request=None), Leaving(result), now), prompts)
