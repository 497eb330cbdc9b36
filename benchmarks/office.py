"""An insurance office's batch at the pages over HTTP: ten thousand questions leave in a file and come back answered.

python -m benchmarks.office [--people 10000]

For each kind of file there is a ledger of its own, with households of four whose questions wait. An officer makes the batch,
takes its file, chooses the answered one and sends it, as a browser does; the department's part, filling in the last column, is
not counted. All of it has ten seconds. Beside them stands what store and console took of the processor, which other programs on
the machine do not lengthen. Exits with 1 where it takes longer, or an answer is missing in the ledger.
"""

import argparse
import csv
import io
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from openpyxl import Workbook, load_workbook
from rich.console import Console
from rich.table import Table

from benchmarks.devices import cpu_seconds
from booking_store.answering import Incoming
from mqtt.contract import Operation, Reply, Request
from mqtt.office_contract import AskDepartment, CaseStands, HouseholdFields, OpenCase, StepCase, TakeUp
from office.words import result_word
from rules.inquiries import Result, Way
from staff_console.rights import Role
from tests.staff_console import running
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.running import Browser
from tests.store.clinic import new_id
from tests.store.office import InsuranceOffice, family, person

PEOPLE: Final = 10_000
MEMBERS: Final = 4
LIMIT_SECONDS: Final = 10.0
AT_ONCE: Final = 50
STEPS: Final = ("make the batch", "take its file", "choose the answers", "send them")
_REQUEST: Final = re.compile(r'name="request" value="([0-9a-f]{32})"')


def main() -> int:
    """0: each kind of file is within the limit, and every answer is in the ledger."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    people = parser.parse_args().people
    took = {kind: _round(kind, people) for kind in ("xlsx", "csv")}
    table = Table(title=f"{people} questions and back, seconds")
    table.add_column("")
    for kind in took:
        table.add_column(kind, justify="right")
        table.add_column("of the processor", justify="right")
    for place, step in enumerate((*STEPS, "all of it")):
        if place == len(STEPS):
            table.add_section()
        table.add_row(step, *(f"{seconds:.2f}" for kind in took.values() for seconds in kind[place]))
    table.add_row("limit", *(cell for _ in took for cell in (f"{LIMIT_SECONDS:g}", "")))
    Console().print(table)
    return 0 if all(kind[-1][0] <= LIMIT_SECONDS for kind in took.values()) else 1


def _round(kind: str, people: int) -> list[tuple[float, float]]:
    """One batch with this kind of file: what each step took, and all of them; of the clock, of the processor."""
    with tempfile.TemporaryDirectory(prefix="nobat-office-") as folder:
        clinic = OfficeClinic(Path(folder))
        clinic.before(lambda office: _ask(office, people))
        console = running.Console(clinic)
        try:
            clinic.open()
            console.start()
            took = _exchanged(console.browser(Role.OFFICER), kind, (console.pid, clinic.store.pid))
        finally:
            console.kill()
            clinic.close()
        with sqlite3.connect(clinic.store.url.removeprefix("sqlite:///")) as ledger:
            ((applied,),) = ledger.execute("SELECT count(*) FROM inquiries WHERE result IS NOT NULL").fetchall()
    if applied != people:
        raise SystemExit(f"{applied} answers are in the ledger, and {people} were sent")
    whole, used = (sum(step[place] for step in took) for place in (0, 1))
    return [*took, (whole, used)]


def _exchanged(officer: Browser, kind: str, programs: Sequence[int]) -> list[tuple[float, float]]:
    officer.until("data-point")
    took: list[tuple[float, float]] = []

    def timed(to: str, files: dict[str, tuple[str, bytes]] | None = None, **form: str) -> tuple[str, bytes]:
        """Send a form and read the page or file that answers it."""
        whole = {"form_token": token, **form}
        begun, used = time.monotonic(), sum(map(cpu_seconds, programs))
        answer = officer.client.post(to, data=whole, files=files, follow_redirects=True)
        took.append((time.monotonic() - begun, sum(map(cpu_seconds, programs)) - used))
        answer.raise_for_status()
        return answer.url.path, answer.content

    token = officer.form_token()
    request = _REQUEST.search(officer.page("/batches"))
    if request is None:
        raise SystemExit("nothing waits for a batch")
    timed("/batches/make", request=request[1])
    _, questions = timed("/batches/1/file", kind=kind)
    answered = _filled_xlsx(questions) if kind == "xlsx" else _filled_csv(questions)
    page, _ = timed("/batches/answers", {"file": (f"answers.{kind}", answered)})
    timed(f"{page}/send")
    return took


# ------------------------------------------------------------------------------------------- the department


def _filled_csv(questions: bytes) -> bytes:
    rows = list(csv.reader(io.StringIO(questions.decode("utf-8-sig"))))
    text = io.StringIO()
    csv.writer(text).writerows([rows[0], *([*row[:-1], words] for row, words in zip(rows[1:], _words(), strict=False))])
    return text.getvalue().encode("utf-8-sig")


def _filled_xlsx(questions: bytes) -> bytes:
    sheet = load_workbook(io.BytesIO(questions), read_only=True).worksheets[0]
    heading, *rows = sheet.iter_rows(values_only=True)
    filled = Workbook(write_only=True)
    written = filled.create_sheet()
    written.append(heading)
    for row, words in zip(rows, _words(), strict=False):
        written.append([*row[: len(heading) - 1], *[""] * (len(heading) - 1 - len(row)), words])
    file = io.BytesIO()
    filled.save(file)
    return file.getvalue()


def _words() -> Iterator[str]:
    while True:
        yield from (result_word(one, "fa") for one in Result)


# ------------------------------------------------------------------------------------------- before the morning


def _ask(office: InsuranceOffice, people: int) -> None:
    """Households with a question about each member, many of them in one commit."""
    office.at("06:30")
    waiting = iter(_households(people))
    while some := list(islice(waiting, AT_ONCE)):
        cases = _done(office, [OpenCase(matter="incomplete_papers", fields=one) for one in some])
        for act in (TakeUp(), AskDepartment(way=Way.BATCH)):
            cases = _done(office, [StepCase(case=one.case, revision=one.revision, act=act) for one in cases])


def _households(people: int) -> Iterator[HouseholdFields]:
    left = people
    while left:
        size, whole = min(MEMBERS, left), family()
        members = (*whole.members, person("نورالله رحیمی", born="2018-02-03"))
        yield family(members=members[:size])
        left -= size


def _done(office: InsuranceOffice, operations: Sequence[Operation]) -> list[CaseStands]:
    asked = [Incoming("console", Request(id=new_id(), operation=one, boot="boot-1", by="sara")) for one in operations]
    answers = [
        reply.message.answer for reply in office.store.handle_batch(asked, office.now) if isinstance(reply.message, Reply)
    ]
    if not all(isinstance(one, CaseStands) for one in answers):
        raise SystemExit(f"the store refused: {answers}")
    return [one for one in answers if isinstance(one, CaseStands)]


if __name__ == "__main__":
    sys.exit(main())
