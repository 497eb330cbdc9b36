"""What the office's lists show, and how a file of answers is told to the store: part by part, each part once. Pure."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.requests import Request

from booking_store.office_lists import Answered, Batch, CameBack, Due, Waiting
from booking_store.site_file import parse_site
from mqtt.contract import Answer
from mqtt.office_contract import ANSWERS_MOST, BatchHeard, HearBatch
from office.answers_file import BYTES_MOST, read_answers
from rules.inquiries import Result, reference
from rules.referral import State
from rules.texts import TextState
from screen.phrases import load
from staff_console import guard
from staff_console.office.answers_book import FILES_KEPT, KEPT_SECONDS, AnswersBook, AnswersFile, Became
from staff_console.office.batches_view import batches_page
from staff_console.office.due_view import due_page
from staff_console.office.wording import Wording
from tests.store.clinic import moment_ms
from tests.store.office import SITE_FILE

TODAY = date(2026, 11, 22)
SITE = parse_site(SITE_FILE.read_text(encoding="utf-8"), "the example")
ANSWERS = 2 * ANSWERS_MOST + 50


def words() -> Wording:
    assert SITE.office is not None
    return Wording(SITE, SITE.office, load("fa"))


def content(answers: int = ANSWERS) -> bytes:
    return "\n".join(["شناسهٔ استعلام,نتیجه", *(f"{reference(one)},ناقص" for one in range(1, answers + 1))]).encode()


@pytest.fixture
def file() -> AnswersFile:
    return AnswersFile("sara", read_answers(content()), KEPT_SECONDS)


class Asked:
    """A store that answers until it is away."""

    def __init__(self, away_at: int | None = None) -> None:
        self.away_at = away_at
        self.names: list[str] = []
        self.told: list[int] = []

    def __call__(self, part: HearBatch, name: str) -> Answer | None:
        self.names.append(name)
        if len(self.names) - 1 == self.away_at:
            return None
        self.told += [one.inquiry for one in part.answers]
        return BatchHeard(applied=len(part.answers))


# ------------------------------------------------------------------------------------------ a file is sent


def test_a_file_is_told_in_parts_and_goes_on_where_the_store_was_away_under_the_same_name(file: AnswersFile) -> None:
    store = Asked(away_at=1)
    assert file.send(dict, store) is None
    assert (len(file.heard), file.sent) == (1, False)
    assert isinstance(file.send(dict, store), BatchHeard)
    assert file.sent
    assert store.names[1] == store.names[2], "what the store may have done already is asked for by its name"
    assert len(set(store.names)) == 3
    assert store.told == list(range(1, ANSWERS + 1))


def test_what_was_known_before_is_looked_up_before_the_first_part_leaves_and_never_after(file: AnswersFile) -> None:
    """The store may have written a part down whose answer was lost: what stands then was not said before."""
    known: Iterator[dict[int, Answered]] = iter([{1: Answered(7, None)}, {1: Answered(7, Result.INCOMPLETE)}])
    store = Asked(away_at=0)
    assert file.send(lambda: next(known), store) is None
    file.send(lambda: next(known), store)
    assert next(file.lines()).became is Became.APPLIED


def test_two_presses_at_once_tell_the_store_once(file: AnswersFile) -> None:
    store, started = Asked(), threading.Barrier(2)

    def ask(part: HearBatch, name: str) -> Answer | None:
        assert file.lock.locked(), "the other press waits meanwhile"
        return store(part, name)

    def press() -> None:
        started.wait()
        file.send(dict, ask)

    presses = [threading.Thread(target=press) for _ in range(2)]
    for one in presses:
        one.start()
    for one in presses:
        one.join()
    assert store.told == list(range(1, ANSWERS + 1))


def test_each_line_says_what_became_of_it(file: AnswersFile) -> None:
    before = {2: Answered(1, Result.INCOMPLETE), 3: Answered(1, Result.COVERED)}
    heard = BatchHeard(applied=ANSWERS_MOST - 3, again=1, different=(3,), unknown=(4,))
    answers: Iterator[Answer | None] = iter([heard, None])
    file.send(lambda: before, lambda _, __: next(answers))
    lines = list(file.lines())
    became = [Became.APPLIED, Became.AGAIN, Became.DIFFERENT, Became.UNKNOWN]
    assert [one.became for one in lines[:4]] == became
    assert [one.line for one in lines[:3]] == [2, 3, 4]
    assert lines[2].before == Answered(1, Result.COVERED)
    assert lines[ANSWERS_MOST].became is Became.WAITS


def test_files_are_forgotten_after_an_hour_and_when_there_are_too_many() -> None:
    now = 0.0
    book = AnswersBook(lambda: now)
    first = book.read("sara", content(1))
    assert book.of("sara", first.token) is first
    assert book.of("ali", first.token) is None
    for _ in range(FILES_KEPT):
        last = book.read("sara", content(1))
    assert book.of("sara", first.token) is None
    now = KEPT_SECONDS
    assert book.of("sara", last.token) is None


def test_no_part_of_a_file_that_names_people_is_put_down_on_a_disk() -> None:
    """Whatever its size, up to the largest that is read."""
    large = b"x" * (BYTES_MOST - 1000)
    body = b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + large + b"\r\n--b--\r\n"
    assert len(body) < guard.LARGEST_FILE_BYTES["/batches/answers"]

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def in_memory() -> bool:
        scope = {"type": "http", "method": "POST", "headers": [(b"content-type", b"multipart/form-data; boundary=b")]}
        form = await Request(scope, receive).form()
        return bool(form["file"]._in_memory)  # type: ignore[union-attr]

    assert asyncio.run(in_memory())


# ------------------------------------------------------------------------------------------ lists


def test_a_batch_that_the_department_has_had_for_a_week_is_marked_and_ones_own_cases_stand_first() -> None:
    made = moment_ms("09:00", date(2026, 11, 15))
    batches = (Batch(3, moment_ms("07:00"), "sara", 9, 9), Batch(2, made, "sara", 9, 1), Batch(1, made, "sara", 9, 0))
    back = [CameBack(case, case, "other", officer, made, {Result.NOT_FOUND: 2, Result.COVERED: 1})
            for case, officer in ((1, "ali"), (2, "sara"), (3, None))]  # fmt: skip
    page = batches_page(Waiting(3, 1, made), batches, back, "sara", str.upper, TODAY, words())
    assert [(one.age, one.late) for one in page.batches] == [("امروز", False), ("۷ روز", True), ("", False)]
    assert [(one.case, one.officer, one.mine) for one in page.back] == [(2, "SARA", True), (1, "ALI", False), (3, "", False)]
    assert page.back[0].results == "دارای پوشش ۱، یافت نشد ۲"
    assert (page.waiting, page.oldest) == ("۳ نفر از ۱ پرونده منتظر فهرست بعدی‌اند.", "قدیمی‌ترین: ۷ روز")


@pytest.mark.parametrize(
    ("text", "told", "call"),
    [
        (TextState.DELIVERED, "پیامک فرستاده شد", False),
        (TextState.QUEUED, "پیامک در راه", False),
        (TextState.UNDELIVERED, "پیامک نرسید", True),
        (TextState.EXPIRED, "پیامک نرسید", True),
        (TextState.WITHDRAWN, "بدون شمارهٔ همراه", True),
        (None, "پیامک نرسید", True),
    ],
)
def test_whom_no_text_reached_is_to_be_called(text: TextState | None, told: str, call: bool) -> None:
    due = Due(5, 4, State.REQUESTED, moment_ms("06:00"), None, date(2026, 12, 1), text)
    (row,) = due_page([due], str, TODAY, words(), only_untold=False).rows
    assert (row.text, row.call, row.left, row.over) == (told, call, "۹ روز مانده", False)
    assert len(due_page([due], str, TODAY, words(), only_untold=True).rows) == call


def test_cover_that_has_ended_is_marked() -> None:
    ends = [date(2026, 11, 22), date(2026, 11, 20), None]
    due = [Due(5, 4, State.REQUESTED, 0, "sara", one, TextState.ACCEPTED) for one in ends]
    page = due_page(due, str, TODAY, words(), only_untold=False)
    assert [(one.left, one.over) for one in page.rows] == [("همین امروز", False), ("۲ روز گذشته", True), ("", False)]
    assert dict(page.counts)["پیامک فرستاده شد"] == "۳"
