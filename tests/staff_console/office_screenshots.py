"""The pictures of docs/office.md: python -m tests.staff_console.office_screenshots [PART OF A NAME ...], or make screenshots.

The insurance office of the example, on a morning with ten households, as its manager sees it; all of them are invented.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from mqtt.office_contract import (
    AnswerQuestions,
    AnswerTo,
    Approve,
    AskDepartment,
    AskPapers,
    CaseAct,
    CaseStands,
    CertificateFields,
    DocumentFields,
    HandOver,
    HouseholdFields,
    IssueLetter,
    MakeBatch,
    MissingPaper,
    OpenCase,
    StepCase,
    TakeUp,
    WriteFee,
    WriteNajva,
    WriteNote,
)
from rules.household import Relation, Sex
from rules.inquiries import Way
from rules.referral import NajvaResult, Said
from staff_console.rights import Role
from tests.staff_console.device import Device
from tests.staff_console.insurance_office import OfficeClinic
from tests.staff_console.running import Console
from tests.staff_console.screenshots import DESK, TELEPHONE, keep, signed_in
from tests.store.office import OFFICE, QUESTIONS, InsuranceOffice, code, family, person

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures" / "office"
IN_REVIEW, WITH_LETTER = 1, 2
PAGES: Final = {
    "cases": "/cases",
    "case": f"/cases/{IN_REVIEW}",
    "writing": f"/cases/{IN_REVIEW}/household",
    "household": f"/households/{IN_REVIEW}",
    "letter": f"/cases/{WITH_LETTER}/letters/1405/1",
    "pins": "/pins",
    "batches": "/batches",
    "due": "/due",
    "figures": "/figures",
}
"""Every page of an office, and where it is."""
WHOLE: Final = ("case",)
"""Drawn from head to foot."""
IN_ENGLISH: Final = ("cases",)
ON_A_TELEPHONE: Final = ("cases",)


@contextmanager
def running() -> Iterator[Console]:
    """The office and its pages."""
    folder = Path(tempfile.mkdtemp(prefix="nobat-office-screenshots-"))
    office = OfficeClinic(folder)
    devices = []
    try:
        office.before(_the_days_before)
        office.open()
        devices = [Device(office.broker, name, role).start() for name, role in _devices().items()]
        console = Console(office)
        console.start()
        try:
            reviewer = console.browser(Role.REVIEWER)
            reviewer.until("data-point")
            reviewer.until(r"^(?!.*class=\"gone\")")
            yield console
        finally:
            console.kill()
    finally:
        for device in devices:
            device.leave()
        office.close()
        shutil.rmtree(folder)


def _devices() -> dict[str, str]:
    counters = {f"counter-{number}": "counter" for number in (1, 2, 3)}
    return {"kiosk-1": "kiosk", **counters, "waiting-room-1": "waiting_room", "phone-1": "phone"}


def _the_days_before(office: InsuranceOffice) -> None:
    """One case in the midst of its review, one whose letter is out, and others that wait for this and that."""
    case = _opened(office, _large_household(), "special_services")
    case = _step(office, _step(office, case, TakeUp(), "reviewer"), WriteNote(note="سرپرست خانوار فردا با گواهی می‌آید."))
    case = _step(office, case, WriteNajva(result=NajvaResult.CONFIRMED, reference="N-7712345"))
    case = _step(office, case, AskDepartment(way=Way.PAPER, people=(2,)))
    papers = (MissingPaper(paper="disease_certificate", person=3), MissingPaper(paper="marriage_certificate"))
    _step(office, case, AskPapers(papers=papers))
    letter = _with_letter(office)
    _step(office, letter, HandOver(name="گل‌محمد رحیمی", relation=Relation.HEAD))
    _with_letter(office)
    _reviewed(office)
    _step(office, _opened(office, family()), TakeUp(), "reviewer")
    _asked_by_batch(office)
    office.ask(MakeBatch(), "officer")
    _asked_by_batch(office)
    for matter in ("incomplete_papers", "renewal", "other"):
        _opened(office, family(), matter)


def _asked_by_batch(office: InsuranceOffice) -> None:
    _step(office, _step(office, _opened(office, family()), TakeUp(), "officer"), AskDepartment(way=Way.BATCH))


def _large_household() -> HouseholdFields:
    certificate = CertificateFields(disease="thalassaemia", number="G-4411", issued="2026-09-02", physician="دکتر رستمی")
    newborn = DocumentFields(type="birth_certificate", number="B-771")
    passport = DocumentFields(type="passport_permit", number="P0144321", expires="2026-08-01")
    first = family("1234567", address="اراک، خیابان ملک، کوچهٔ بهار، پلاک ۱۲", postal_code="3813512345")
    more = (
        person("نورالله رحیمی", sex=Sex.MALE, born="2009-02-11", document=passport, exclusive="98765"),
        person("نوزاد رحیمی", born="2026-11-02", document=newborn),
    )
    ill = msgspec.structs.replace(first.members[2], certificate=certificate)
    return msgspec.structs.replace(first, members=(*first.members[:2], ill, *more))


def _opened(office: InsuranceOffice, fields: HouseholdFields, matter: str = "incomplete_papers") -> CaseStands:
    answer = office.ask(OpenCase(matter=matter, fields=fields), "officer")
    assert isinstance(answer, CaseStands), answer
    return answer


def _step(office: InsuranceOffice, case: CaseStands, act: CaseAct, by: str = "officer") -> CaseStands:
    answer = office.ask(StepCase(case=case.case, revision=case.revision, act=act), by)
    assert isinstance(answer, CaseStands), answer
    return answer


def _reviewed(office: InsuranceOffice) -> CaseStands:
    """A case that is approved."""
    case = _step(office, _opened(office, family()), TakeUp(), "reviewer")
    case = _step(office, case, WriteNajva(result=NajvaResult.CONFIRMED, reference=f"N-{code()}"))
    case = _step(office, case, WriteFee(receipt=f"R-{code()}"))
    answers = tuple(AnswerTo(question=question, said=Said.YES) for question in QUESTIONS)
    return _step(office, _step(office, case, AnswerQuestions(answers=answers)), Approve(), "reviewer")


def _with_letter(office: InsuranceOffice) -> CaseStands:
    return _step(office, _reviewed(office), IssueLetter(service_office=OFFICE, signer="director"))


def pictures(console: Console, browser: Chromium, wanted: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and PNG of each, as a manager sees it."""
    page = signed_in(console, browser, Role.MANAGER)
    looks = [(name, "fa", DESK) for name in PAGES]
    looks += [(name, "en", DESK) for name in IN_ENGLISH] + [(name, "fa", TELEPHONE) for name in ON_A_TELEPHONE]
    for name, language, size in looks:
        called = name + ("-en" if language == "en" else "") + ("-telephone" if size is TELEPHONE else "")
        if wanted and not any(part in called for part in wanted):
            continue
        page.set_viewport_size(size)
        page.goto(f"/language/{language}")
        page.goto(PAGES[name])
        page.evaluate("document.fonts.ready")
        yield called, page.screenshot(full_page=name in WHOLE)
    page.close()


def main(parts: list[str]) -> None:
    """Draw and keep all pictures, or those whose name contains one of `parts`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as console, sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=arguments)
        sizes = [keep(name, png, FOLDER) for name, png in pictures(console, browser, parts)]
        browser.close()
    print(f"{len(sizes)} pictures, {sum(sizes) // 1024} KB, in {FOLDER}")


if __name__ == "__main__":
    main(sys.argv[1:])
