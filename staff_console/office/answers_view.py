"""What the page of a file of answers shows, and its report as a table: what is wrong with it, or what became of each. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from office.answers_file import Line, sentence
from rules.inquiries import Result, reference
from staff_console.office.answers_book import AnswersFile, Became, SentLine
from staff_console.office.wording import Wording

SHOWN_MOST: Final = 200
"""Lines on the page; the report has all."""
WHOLE: Final = 0
"""The line of a problem that no line of the file has."""
_TOLD: Final = (Became.DIFFERENT, Became.UNKNOWN)
"""What an officer has to look into."""


@dataclass(frozen=True, slots=True)
class LineRow:
    """A line of the file with what is to be said of it."""

    line: str
    words: str


@dataclass(frozen=True, slots=True)
class OddRow:
    """An answer that was not applied: what the file says, what was said before, and the case where there is one."""

    line: str
    reference: str
    became: str
    result: str
    before: str
    case: int | None
    shown_case: str


@dataclass(frozen=True, slots=True)
class AnswersPage:
    """The whole page. `stage`: "broken", "empty", "seen" (nothing was sent yet), "part" or "sent"."""

    token: str
    stage: str
    rows: str
    results: tuple[tuple[str, str], ...]  # what the answers are, and how many of each
    whole: str  # what is wrong with the file as a whole; empty: its lines are told
    lines: tuple[LineRow, ...]  # problems of a broken file, else notes
    counts: tuple[tuple[str, str], ...]  # what became of them
    odd: tuple[OddRow, ...]
    more: str  # so many lines are in the report alone; empty: none


def answers_page(file: AnswersFile, words: Wording) -> AnswersPage:
    """The page of a file as it stands."""
    told = file.read.problems or file.read.notes
    sent = tuple(file.lines()) if file.heard else ()
    odd = [one for one in sent if one.became in _TOLD]
    beyond = max(0, len(told) - SHOWN_MOST) + max(0, len(odd) - SHOWN_MOST)
    return AnswersPage(
        token=file.token,
        stage=_stage(file),
        rows=words.digits(file.read.rows),
        results=_results(file, words),
        whole=" ".join(sentence(one, words.say.language) for one in told if one.line == WHOLE),
        lines=tuple(_line(one, words) for one in told[:SHOWN_MOST] if one.line != WHOLE),
        counts=_counts(sent, words),
        odd=tuple(_odd(one, words) for one in odd[:SHOWN_MOST]),
        more=words.digits(beyond) if beyond else "",
    )


def report(file: AnswersFile, words: Wording) -> tuple[tuple[str, ...], Iterator[tuple[object, ...]]]:
    """The report's heading and rows: each line that is wrong, or each answer and what became of it. Nobody is named."""
    if file.read.problems or not file.heard:
        return _heading(("line", "problem"), words), _told(file.read.problems or file.read.notes, words)
    columns = ("line", "reference", "result", "became", "before", "case")
    return _heading(columns, words), (_reported(one, words) for one in file.lines())


def _stage(file: AnswersFile) -> str:
    if file.read.problems:
        return "broken"
    if not file.read.answers:
        return "empty"
    if not file.heard:
        return "seen"
    return "sent" if file.sent else "part"


def _results(file: AnswersFile, words: Wording) -> tuple[tuple[str, str], ...]:
    counted = Counter(one.result for one in file.read.answers)
    return tuple((_result(one, words), words.digits(counted[one])) for one in Result if counted[one])


def _counts(sent: Sequence[SentLine], words: Wording) -> tuple[tuple[str, str], ...]:
    counted = Counter(one.became for one in sent)
    kept = (one for one in Became if counted[one] or one is Became.APPLIED)
    return tuple((words.say(f"office.answers.became.{one.value}"), words.digits(counted[one])) for one in kept) if sent else ()


def _odd(one: SentLine, words: Wording) -> OddRow:
    case = one.before.case if one.before is not None else None
    before = one.before.result if one.before is not None else None
    return OddRow(
        line=words.digits(one.line),
        reference=words.digits(reference(one.answer.inquiry)),
        became=words.say(f"office.answers.became.{one.became.value}"),
        result=_result(one.answer.result, words),
        before="" if before is None else _result(before, words),
        case=case,
        shown_case="" if case is None else words.digits(case),
    )


def _line(one: Line, words: Wording) -> LineRow:
    said = replace(one, said=words.digits(one.said))
    return LineRow(words.digits(one.line), sentence(said, words.say.language))


def _told(lines: Sequence[Line], words: Wording) -> Iterator[tuple[object, ...]]:
    return (("" if one.line == WHOLE else one.line, sentence(one, words.say.language)) for one in lines)


def _reported(one: SentLine, words: Wording) -> tuple[object, ...]:
    row = _odd(one, words)
    number = reference(one.answer.inquiry)
    return (one.line, number, row.result, row.became, row.before, "" if row.case is None else row.case)


def _result(result: Result, words: Wording) -> str:
    return words.say(f"office.result.{result.value}")


def _heading(columns: Sequence[str], words: Wording) -> tuple[str, ...]:
    return tuple(words.say(f"office.answers.column.{column}") for column in columns)
