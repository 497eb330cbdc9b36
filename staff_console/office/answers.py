"""What the store said to an officer's request, in words. Pure."""

from collections.abc import Iterable

from mqtt.contract import Answer, Refusal
from mqtt.office_contract import CaseStands, OfficeRefusal
from office.words import reasons
from screen.phrases import Phrases
from staff_console.acts import words_of
from staff_console.office.member_view import odd_words
from staff_console.office.wording import Wording


def refused_words(answer: Answer | None, say: Phrases) -> tuple[str, ...]:
    """Why not, a sentence each."""
    match answer:
        case None:
            return (say("staff.told.no_answer"),)
        case OfficeRefusal(why):
            return reasons(why, say.language)
        case Refusal():
            return (words_of(answer, "office", say)[1],)
    raise TypeError(f"the store answered an officer with {type(answer).__name__}")


def done_words(answer: CaseStands, what: str, words: Wording) -> str:
    """What was done, and what the officer had better look at once more."""
    said = [words.say("office.told.found" if answer.again else f"office.done.{what}")]
    said += [odd_words(one, words) for one in answer.odd]
    if answer.elsewhere:
        said.append(words.say("office.told.elsewhere", households=_listed(answer.elsewhere, words)))
    return " ".join(said)


def _listed(numbers: Iterable[int], words: Wording) -> str:
    return words.say("staff.comma").join(words.digits(one) for one in numbers)
