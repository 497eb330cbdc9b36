"""The office's own words in a reader's language: states, reasons, doubts, answers of the department."""

from collections.abc import Iterable

from mqtt.office_contract import OddCode, Why
from rules.inquiries import Result
from rules.letters import Standing
from rules.referral import State
from screen.phrases import load


def state_word(state: State, language: str) -> str:
    """«در دست بررسی»."""
    return load(language)(f"office.state.{state.value}")


def standing_word(standing: Standing, language: str) -> str:
    """«معتبر»: the one word that the public is told of a letter."""
    return load(language)(f"office.standing.{standing.value}")


def result_word(result: Result, language: str) -> str:
    """«دارای پوشش»: as the department's files say it too."""
    return load(language)(f"office.result.{result.value}")


def reasons(why: Iterable[Why], language: str) -> tuple[str, ...]:
    """Each reason of a refusal in a sentence."""
    say = load(language)
    return tuple(say(f"office.why.{one.value}") for one in why)


def doubt_sentence(odd: OddCode, language: str) -> str:
    """What is odd about a code."""
    return load(language)(f"office.doubt.{odd.doubt.value}")
