"""The demo's morning at an insurance office: households take tickets, officers write their cases, a reviewer approves, letters
leave as PDF, missing papers are brought, a lost letter is replaced, and the department answers a batch.

Hands, eyes and clock are the clinic's (morning.py). What officers do on their pages is asked of the store as the pages ask it.
"""

import csv
import io
import re
from collections import deque
from datetime import datetime, time, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

import httpx

from booking_store.office_reader import OfficeReader
from booking_store.seal import Seal
from command_line.demo import scenes
from command_line.demo.morning import Morning
from command_line.demo.office_households import made_up
from command_line.demo.office_kiosk import Coming, Holder, OfficeKiosk
from command_line.demo.programme import demo_days, open_the_day, the_day_ends
from command_line.demo.wrong import ScriptError
from command_line.operator import accepted
from kiosk_device.office_slip import office_slip_picture
from kiosk_device.roll import PAPER_DOTS
from mqtt.contract import Answer, Changed, LetterSlip, MissingLine, Name, PapersSlip
from mqtt.office_contract import (
    AnswerQuestions,
    AnswerTo,
    Approve,
    AskDepartment,
    AskPapers,
    BatchHeard,
    BatchMade,
    BringPapers,
    CaseAct,
    CaseStands,
    DuplicateLetter,
    FindHousehold,
    HandOver,
    HearBatch,
    HouseholdFields,
    Households,
    IssueLetter,
    LetterStands,
    LookAt,
    MakeBatch,
    MissingPaper,
    OfficeOperation,
    OfficeRefusal,
    OpenCase,
    SetPin,
    StepCase,
    TakeUp,
    UseLetter,
    Why,
    WriteFee,
    WriteNajva,
)
from office.answers_file import read_answers
from office.letter import letter_pdf, receipt_pdf
from office.questions_file import as_csv, as_xlsx, row_of
from office.words import reasons, result_word
from rules.household import Relation
from rules.inquiries import Result, Way
from rules.office import Matter, Office
from rules.referral import NajvaResult, Said, State
from rules.schedule import moment

OFFICER: Final = "sara"
REVIEWER: Final = "ali"
HOUSEHOLDS: Final = 22
COME_BACK: Final = 4
"""So many bring papers, and as many letters are lost as one."""
PIN: Final = "4711"
PAGE_ANSWERS_SECONDS: Final = 20.0
DOORS_OPEN: Final = time(7, 40)


def play(morning: Morning) -> None:
    """The whole morning, to «پایان روز». What goes wrong is in `morning.wrongs`."""
    site = morning.clinic.site
    _, today = demo_days(site)
    morning.clock_to(moment(site, today, time(7, 31)))
    open_the_day(morning, today)
    officers = Officers(morning)
    officers.set_pins()
    officers.coming.extend(_households(morning, moment(site, today, DOORS_OPEN)))
    latest = moment(site, today, time(13, 0))
    while officers.coming or officers.unserved or _somebody_is_here(morning):
        if morning.now > latest:
            raise ScriptError(f"the morning is not over at {latest:%H:%M}")
        morning.eyes.wait("the calls of the minutes before were spoken", morning.all_spoken, 30)
        morning.clock_to(morning.now + timedelta(minutes=1))
        officers.kiosk_serves()
        morning.eyes.wait("whoever has a paper is in line", lambda: not officers.unserved or _somebody_is_here(morning))
        morning.free_points_call()
        officers.work()
    morning.play(officers.the_department_answers)
    morning.play(officers.a_service_office_takes_letters)
    morning.play(the_day_ends)


def _households(morning: Morning, doors: datetime) -> list[Coming]:
    """Who comes, in order: most with a new request, some with papers, one whose letter is lost; in each language."""
    office = _office(morning)
    opening = [one for one in office.matters if one.opens_case]
    brings = next(one for one in office.matters if one.brings_papers)
    others = [one for one in office.matters if not one.opens_case and not one.brings_papers]
    matters = [morning.chance.choice(opening) for _ in range(HOUSEHOLDS)] + [brings] * COME_BACK + others[:1]
    languages = morning.clinic.site.kiosks.languages
    return [
        Coming(doors + timedelta(minutes=3 * place), one, languages[place % len(languages)])
        for place, one in enumerate(matters)
    ]


def _somebody_is_here(morning: Morning) -> bool:
    points = [morning.eyes.point(point.id) for point in morning.clinic.site.points]
    return any(state.current is not None or state.waiting for state in points)


def _office(morning: Morning) -> Office:
    office = morning.clinic.site.office
    if office is None:
        raise ScriptError("the site file has no [office]")
    return office


class Officers:
    """Who sits at the counters, and the reviewer beside them."""

    def __init__(self, morning: Morning) -> None:
        self.morning = morning
        self.office = _office(morning)
        self.reader = OfficeReader(morning.clinic.database, Seal.read(morning.clinic.identity_key))
        self.kiosk = OfficeKiosk(morning, self.office)
        self.coming: deque[Coming] = deque()
        self.holders: dict[int, Holder] = {}  # by the number on their paper
        self.serving = 0  # whom
        self.served: set[int] = set()
        self.brought: dict[str, MissingPaper] = {}  # by the code of who is here with it
        self.wanted: deque[tuple[str, MissingPaper]] = deque()  # households that were asked for a paper
        self.with_letter: list[tuple[str, str, str]] = []  # codes of household, letter, and service office
        self.asked = 0

    @property
    def unserved(self) -> set[int]:
        """The numbers on papers that nobody was served with yet; one is in line only a moment after its paper."""
        return self.holders.keys() - self.served

    def set_pins(self) -> None:
        """The manager gives each service office its PIN."""
        for one in self.office.service_offices:
            accepted(self._ask(SetPin(service_office=one.code, pin=PIN)), Changed)

    def kiosk_serves(self) -> None:
        """Whoever is due takes a ticket. Who brings papers comes once some are asked for, who lost a letter once one is out."""
        if not self.coming or self.coming[0].at > self.morning.now:
            return
        holder = self._at_the_door(self.coming[0].matter)
        if holder is not None:
            coming = self.coming.popleft()
            self.holders[self.kiosk.take_ticket(coming.matter, holder.code, coming.language)] = holder

    def _at_the_door(self, matter: Matter) -> Holder | None:
        """A household with this matter, if there is one."""
        if matter.opens_case:
            fields = made_up(self.office, matter, self.morning.chance, self.morning.now.date())
            return Holder(matter, fields.code, fields)
        if not matter.brings_papers:
            return Holder(matter, self.with_letter.pop(0)[0]) if self.with_letter else None
        if not self.wanted:
            return None
        code, missing = self.wanted.popleft()
        self.brought[code] = missing
        return Holder(matter, code)

    def work(self) -> None:
        """Serve whoever was called since the last minute."""
        for point in self.morning.clinic.site.points:
            current = self.morning.eyes.point(point.id).current
            if current is not None and current.number not in self.served:
                self.served.add(current.number)
                self.serving = current.number
                self._serve(self.holders[current.number])

    def _serve(self, holder: Holder) -> None:
        """One household at the counter; the scene is noted, and what goes wrong in it."""
        if holder.fields is not None:
            self._new_request(holder.matter, holder.fields)
        elif holder.matter.brings_papers:
            self.morning.play(self.papers_are_brought)
        else:
            self.morning.play(self.a_lost_letter_is_replaced)

    def _case_behind_the_ticket(self, code: str) -> CaseStands:
        """As an officer's page opens it: by the household that the kiosk was told of. Where a key of the code was missed there,
        the officer types it once more."""
        day = self.morning.eyes.watched.day
        behind = self.reader.ticket(day.service_day, self.serving) if day is not None else None
        if behind is None or behind.household is None:
            found = accepted(self._ask(FindHousehold(code=code)), Households).households
            household = next((one.household for one in found), 0)
        else:
            household = behind.household
        line = next(iter(self.reader.cases_of_household(household)), None)
        if line is None:
            raise ScriptError("its case is found by the ticket, or by the household's code")
        return CaseStands(case=line.case, household=line.household, state=line.state, revision=line.revision)

    # ------------------------------------------------------------------------------------------- at the counter

    def _new_request(self, matter: Matter, fields: HouseholdFields) -> None:
        self.asked += 1
        case = self._stands(self._ask(OpenCase(matter=matter.id, fields=fields, number=self.serving)))
        if self.asked % 5 == 0:
            self._a_paper_is_missing(case, fields)
        elif self.asked % 7 == 0:
            case = self._step(self._step(case, TakeUp(), REVIEWER), AskDepartment(way=Way.BATCH))
        else:
            self._to_its_letter(case, matter, fields)

    def _a_paper_is_missing(self, case: CaseStands, fields: HouseholdFields) -> None:
        missing = MissingPaper(paper=self.office.papers[0].id)
        self._step(case, AskPapers(papers=(missing,)))
        self.wanted.append((fields.code, missing))
        paper = self.office.papers[0].name
        slip = PapersSlip(case=case.case, papers=(MissingLine(paper=Name(fa=paper.fa, en=paper.en)),))
        self._keep_slip(slip, f"papers_{case.case:03}")

    def papers_are_brought(self, _: Morning) -> None:
        """A household brings what was missing, to the end of its case."""
        code = self.holders[self.serving].code
        case = self._step(self._case_behind_the_ticket(code), BringPapers(papers=(self.brought.pop(code),)))
        file = self.reader.case_file(case.case)
        matter = self.office.matter(file.line.matter) if file is not None else None
        if matter is None or file is None:
            raise ScriptError("the case is read with the key")
        self._to_its_letter(case, matter, HouseholdFields(code=code, members=()))

    def a_lost_letter_is_replaced(self, _: Morning) -> None:
        """«المثنی» in the same visit, found by the ticket's household."""
        code = self.holders[self.serving].code
        case = self._case_behind_the_ticket(code)
        case = self._step(case, DuplicateLetter())
        self._hand_over(case, code)

    def _to_its_letter(self, case: CaseStands, matter: Matter, fields: HouseholdFields) -> None:
        """The review, the approval by somebody else, the letter."""
        if case.state is not State.UNDER_REVIEW:
            case = self._step(case, TakeUp(), REVIEWER)
        case = self._step(case, WriteNajva(result=NajvaResult.CONFIRMED, reference=f"N-{case.case}"))
        case = self._step(case, WriteFee(receipt=f"R-{100_000 + case.case}"))
        questions = self.office.questions_for(matter.id, self.morning.now.date())
        answers = tuple(AnswerTo(question=one.id, said=Said.YES) for one in questions)
        if answers:
            case = self._step(case, AnswerQuestions(answers=answers))
        case = self._step(case, Approve(), REVIEWER)
        to = self.morning.chance.choice(self.office.service_offices)
        case = self._step(case, IssueLetter(service_office=to.code, signer=self.office.signers[0].id), REVIEWER)
        self._hand_over(case, fields.code)

    def _hand_over(self, case: CaseStands, household: str) -> None:
        """The letter and its receipt are printed, and the household takes them along."""
        accepted(self._ask(LookAt(household=case.household, case=case.case)), Changed)
        file = self.reader.case_file(case.case)
        head = file.household.head if file is not None else None
        if file is None or head is None:
            raise ScriptError("the case is read with the key")
        case = self._step(case, HandOver(name=head.name, relation=Relation.HEAD))
        letter = self.reader.letter((file.letters[-1].letter.year, file.letters[-1].letter.serial))
        if letter is None or letter.words is None:
            raise ScriptError("the letter is read with the key")
        name = letter.letter.number.replace("/", "-")
        (self._folder("letters") / f"{name}.pdf").write_bytes(letter_pdf(letter.words))
        (self._folder("letters") / f"{name}_receipt.pdf").write_bytes(receipt_pdf(letter.words))
        to = self.office.service_office(letter.letter.service_office)
        if to is not None:
            slip = LetterSlip(
                number=letter.letter.number,
                code=letter.letter.code,
                until=letter.letter.until.isoformat(),
                service_office=Name(fa=to.name.fa, en=to.name.en),
                city=to.city,
            )
            self._keep_slip(slip, f"letter_{name}")
        self.with_letter.append((household, letter.letter.code, letter.letter.service_office))

    # ------------------------------------------------------------------------------------------- at the end

    def the_department_answers(self, _: Morning) -> None:
        """Open questions leave in a file, and its answers are applied once."""
        batch = accepted(self._ask(MakeBatch()), BatchMade)
        rows = [row_of(one, self.office) for one in self.reader.questions(batch.batch)]
        folder = self._folder("batches")
        (folder / f"batch_{batch.batch}.xlsx").write_bytes(as_xlsx(rows))
        table = list(csv.reader(io.StringIO(as_csv(rows).decode("utf-8-sig"))))
        for row in table[1:]:
            row[-1] = result_word(self.morning.chance.choice(list(Result)), "fa")
        text = io.StringIO()
        csv.writer(text).writerows(table)
        (folder / f"batch_{batch.batch}_answers.csv").write_bytes(text.getvalue().encode("utf-8-sig"))
        read = read_answers(text.getvalue().encode())
        scenes.expect(not read.problems and len(read.answers) == batch.rows, "the department's file is read whole")
        heard = accepted(self._ask(HearBatch(answers=read.answers)), BatchHeard)
        again = accepted(self._ask(HearBatch(answers=read.answers)), BatchHeard)
        scenes.expect((heard.applied, again.applied) == (batch.rows, 0), "each answer is applied once")

    def a_service_office_takes_letters(self, _: Morning) -> None:
        """Every third letter is used, on the page that its QR code leads to where the site has one; none a second time."""
        for _household, code, to in self.with_letter[::3]:
            if self.morning.clinic.letter_url:
                self._marked_on_its_page(f"{self.morning.clinic.letter_url}/{code}", to)
            else:
                accepted(self._ask(UseLetter(code=code, service_office=to, pin=PIN)), LetterStands)
            again = self._ask(UseLetter(code=code, service_office=to, pin=PIN))
            scenes.expect(again == OfficeRefusal(why=(Why.ALREADY_USED,)), "a letter is used once")

    def _marked_on_its_page(self, address: str, to: str) -> None:
        shown = httpx.get(address, timeout=PAGE_ANSWERS_SECONDS).text
        form = re.search(r'name="once" value="(\w+)"', shown)
        if form is None:
            raise ScriptError("the letter's page says that it is valid")
        marked = httpx.post(address, data={"once": form[1], "office": to, "pin": PIN}, timeout=PAGE_ANSWERS_SECONDS)
        scenes.expect(marked.status_code == HTTPStatus.OK, "a service office marks a letter with its PIN")

    # ------------------------------------------------------------------------------------------- parts

    def _step(self, case: CaseStands, act: CaseAct, by: str = OFFICER) -> CaseStands:
        return self._stands(self._ask(StepCase(case=case.case, revision=case.revision, act=act), by))

    def _ask(self, operation: OfficeOperation, by: str = OFFICER) -> Answer:
        return self.morning.desk.ask(operation, by=by)

    def _stands(self, answer: Answer) -> CaseStands:
        if isinstance(answer, OfficeRefusal):
            raise ScriptError("; ".join(reasons(answer.why, "en")))
        if not isinstance(answer, CaseStands):
            raise ScriptError(f"a case stands, and not {type(answer).__name__}")
        return answer

    def _keep_slip(self, slip: LetterSlip | PapersSlip, name: str) -> None:
        """The slip as the kiosk's printer would give it."""
        site = self.morning.eyes.watched.site
        if site is None:
            raise ScriptError("the site's card is heard")
        office_slip_picture(slip, site, "fa", PAPER_DOTS[80]).save(self._folder("slips") / f"{name}.png")

    def _folder(self, name: str) -> Path:
        folder = self.morning.clinic.out / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder
