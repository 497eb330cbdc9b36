"""`nobat call`: press a point's button from the command line."""

import re
from pathlib import Path
from typing import Annotated, Final

import typer

from command_line.dates import time_of_day
from command_line.operator import CommandError, Desk, FailedError, accepted, at_the_desk, read_operator_settings
from mqtt.contract import (
    REPLY_WAIT_SECONDS,
    Act,
    CallNext,
    CallNumber,
    ClosePoint,
    Finish,
    NoShow,
    NotServed,
    Park,
    Pause,
    PointState,
    Press,
    Pressed,
    Recall,
    Resume,
    SendAway,
    SiteCard,
    Transfer,
    Undo,
)
from rules.digits import fold_digits

PLAIN: Final[dict[str, Act]] = {
    "next": CallNext(),
    "recall": Recall(),
    "no-show": NoShow(),
    "send-away": SendAway(),
    "finish": Finish(),
    "resume": Resume(),
    "close": ClosePoint(),
    "undo": Undo(),
}
WITH_WORD: Final = ("number", "park", "pause", "not-served", "to-point", "to-stage")


def call(
    point: Annotated[str, typer.Argument(help="The point's id, counter-1.")],
    act: Annotated[str, typer.Argument(help=f"{', '.join(PLAIN)}; with a word after it: {', '.join(WITH_WORD)}.")] = "next",
    word: Annotated[str, typer.Argument(help="The number, the reason, or the place.")] = "",
    until: Annotated[str | None, typer.Option(help="pause: until this time, 12:45.")] = None,
    come_back: Annotated[bool, typer.Option("--come-back", help="to-stage: returns here afterwards.")] = False,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Do at a point what its buttons do: call the next, recall, no-show, pause, transfer, undo …"""
    wanted = _act(act, word, time_of_day(until) if until is not None else None, come_back)
    with at_the_desk(read_operator_settings(operator), "site", "point/+") as desk:
        state = _state_of(point, desk)
        pressed = Press(point=point, epoch=state.epoch, revision=state.revision, act=wanted)
        after = accepted(desk.ask(pressed), Pressed).point
    current = f"number {after.current.number}" if after.current else "nobody"
    typer.echo(f"{point}: {current}, {after.waiting} waiting, {after.status}")


def _state_of(point: str, desk: Desk) -> PointState:
    """What the point shows now: a press names the state that it answers to."""
    for heard in desk.heard(REPLY_WAIT_SECONDS):
        match heard.message:
            case PointState() as state if state.point == point:
                return state
            case SiteCard() as site if point not in (points := [card.id for card in site.points]):
                raise CommandError(f"no point {point!r}; there are {', '.join(points)}")
    raise FailedError(f"nothing is published about {point}: has the store run with this broker?")


def _act(act: str, word: str, until: str | None, come_back: bool) -> Act:
    if act in PLAIN:
        return PLAIN[act]
    if act not in WITH_WORD:
        raise CommandError(f"no act {act!r}; there are {', '.join((*PLAIN, *WITH_WORD))}")
    if not word:
        raise CommandError(f"{act} needs a word after it: nobat call POINT {act} …")
    made: Act
    match act:
        case "number":
            made = CallNumber(number=_number(word))
        case "park":
            made = Park(why=word)
        case "pause":
            made = Pause(why=word, until=until)
        case "not-served":
            made = NotServed(why=word)
        case "to-point":
            made = Transfer(point=word, come_back=come_back)
        case _:
            made = Transfer(stage=word, come_back=come_back)
    return made


def _number(word: str) -> int:
    typed = fold_digits(word)
    if not re.fullmatch(r"\d{1,4}", typed, re.ASCII):
        raise CommandError(f"{word!r} is no ticket number")
    return int(typed)
