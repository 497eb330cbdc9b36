"""Files of the insurance department's answers on their way: read and shown first, then told to the store part by part.

The rules:
- A file is its officer's alone, and is known by a token that nobody guesses.
- Each part is one request, whose id is made of the token: sent twice, or once more because the store was away, it is done once
  and answered the same.
- What was heard stays with the file, so that its report can be taken away after.
- Nothing of it is kept on a disk. A console that starts anew knows no file: chosen once more, it is told to the store once
  more, and what was applied before is not applied again.
"""

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from booking_store.office_lists import Answered
from mqtt.contract import Answer
from mqtt.office_contract import ANSWERS_MOST, BatchHeard, DepartmentAnswer, HearBatch
from mqtt.request_id import request_id
from office.answers_file import Answers, read_answers

FILES_KEPT: Final = 8
KEPT_SECONDS: Final = 3600.0

Ask = Callable[[HearBatch, str], Answer | None]
"""Asks the store, under a request's id."""
Look = Callable[[], Mapping[int, Answered]]
"""Reads what the department said of these questions before."""


class Became(StrEnum):
    """What became of one answer; each has its word ([office.answers.became])."""

    APPLIED = "applied"
    AGAIN = "again"  # said before, and the same
    DIFFERENT = "different"  # from what was said before, which stands
    UNKNOWN = "unknown"  # no batch asked this
    WAITS = "waits"  # its part was not sent yet


@dataclass(frozen=True, slots=True)
class SentLine:
    """One answer of the file, its line, and what became of it; `before` and `case` where the ledger knows of one."""

    line: int
    answer: DepartmentAnswer
    became: Became
    before: Answered | None


@dataclass(slots=True)
class AnswersFile:
    """One file. `heard`: what the store said of each part so far; `before`: what was known when the first one was to leave."""

    account: str
    read: Answers
    kept_until: float
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    heard: list[BatchHeard] = field(default_factory=list)
    before: Mapping[int, Answered] | None = None
    lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def parts(self) -> int:
        return -(-len(self.read.answers) // ANSWERS_MOST)

    @property
    def sent(self) -> bool:
        """Whether the store has answered all of it."""
        return len(self.heard) == self.parts

    def send(self, look: Look, ask: Ask) -> Answer | None:
        """Tell the store what it has not answered yet, in order. Its last answer: one that is no BatchHeard, or None, has
        stopped it. Who presses twice waits for the first press, and finds it done."""
        with self.lock:
            answer: Answer | None = self.heard[-1] if self.heard else BatchHeard(applied=0)
            if self.before is None:
                self.before = look()
            for part in range(len(self.heard), self.parts):
                answers = self.read.answers[part * ANSWERS_MOST : (part + 1) * ANSWERS_MOST]
                answer = ask(HearBatch(answers=answers), request_id(self.token, part))
                if not isinstance(answer, BatchHeard):
                    break
                self.heard.append(answer)
            return answer

    def lines(self) -> Iterator[SentLine]:
        """Each answer, in the file's order."""
        told, known = len(self.heard) * ANSWERS_MOST, self.before or {}
        unknown = {one for heard in self.heard for one in heard.unknown}
        different = {one for heard in self.heard for one in heard.different}
        for place, (line, answer) in enumerate(zip(self.read.lines, self.read.answers, strict=True)):
            before = known.get(answer.inquiry)
            if place >= told:
                became = Became.WAITS
            elif answer.inquiry in unknown:
                became = Became.UNKNOWN
            elif answer.inquiry in different:
                became = Became.DIFFERENT
            else:
                became = Became.APPLIED if before is None or before.result is None else Became.AGAIN
            yield SentLine(line, answer, became, before)


class AnswersBook:
    """The files that were chosen lately. From any thread."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._files: dict[str, AnswersFile] = {}

    def read(self, account: str, content: bytes) -> AnswersFile:
        """Read a file that an officer has chosen, whatever is in it, and keep it for a while."""
        now = self._monotonic()
        made = AnswersFile(account, read_answers(content), now + KEPT_SECONDS)
        with self._lock:
            self._files = {token: one for token, one in self._files.items() if now < one.kept_until}
            while len(self._files) >= FILES_KEPT:
                del self._files[next(iter(self._files))]
            self._files[made.token] = made
        return made

    def of(self, account: str, token: str) -> AnswersFile | None:
        """An officer's own file; None: it is somebody else's, or kept no more."""
        with self._lock:
            found = self._files.get(token)
        return found if found is not None and found.account == account and self._monotonic() < found.kept_until else None
