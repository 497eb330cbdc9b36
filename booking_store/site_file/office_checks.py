"""What contradicts what in an insurance office's tables: words that nothing names, cycles that overlap, nobody who signs."""

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final

from booking_store.site_file.table import did_you_mean, jalali
from rules.office import Office
from rules.site import Site

Problem = tuple[str, str]
NEEDED: Final = ("matters", "documents", "papers", "refusals", "nationalities", "service_offices", "signers", "cycles")


def office_contradictions(site: Site, office: Office) -> Iterator[Problem]:
    """Every contradiction, as key path and sentence."""
    for name in NEEDED:
        if not getattr(office, name):
            yield f"office.{name}", "expected at least one: without it no letter can be written"
    yield from _told_apart("matters", "id", [one.id for one in office.matters])
    yield from _told_apart("documents", "id", [one.id for one in office.documents])
    yield from _told_apart("service_offices", "code", [one.code for one in office.service_offices])
    yield from _told_apart("circulars", "number", [one.number for one in office.circulars])
    yield from _told_apart("cycles", "number", [one.number for one in office.cycles])
    yield from _matters(site, office)
    yield from _circulars(office)
    if office.identity_days < office.letter_days:
        yield "office.identity_days", f"a letter is good for {office.letter_days} days: whose it is is wanted so long"
    for one, other in combinations(office.cycles, 2):
        if one.first <= other.last and other.first <= one.last:
            yield f"office.cycles[{office.cycles.index(other)}].from", f"overlaps cycle {one.number}, to {jalali(one.last)}"


def _told_apart(name: str, key: str, listed: Sequence[object]) -> Iterator[Problem]:
    for place, value in enumerate(listed):
        if listed.index(value) != place:
            yield f"office.{name}[{place}].{key}", f"{value} is taken by office.{name}[{listed.index(value)}]"


def _matters(site: Site, office: Office) -> Iterator[Problem]:
    departments = {str(one.code) for one in site.departments}
    classes = {one.id for one in site.priority_classes}
    for place, matter in enumerate(office.matters):
        path = f"office.matters[{place}]"
        if str(matter.department) not in departments:
            told = did_you_mean(str(matter.department), departments)
            yield f"{path}.department", f"unknown department {matter.department}{told}"
        if matter.priority and matter.priority not in classes:
            yield f"{path}.priority", f'unknown priority class "{matter.priority}"{did_you_mean(matter.priority, classes)}'
        if matter.opens_case and not matter.request:
            yield f"{path}.request", "expected what the letter of this matter asks the insurance for"
        if matter.needs_certificate and not office.diseases:
            yield f"{path}.needs_certificate", "no certificate can be written without [office.diseases]"

    opening = {matter.id for matter in office.matters if matter.opens_case}
    if office.due_matter and office.due_matter not in opening:
        told = did_you_mean(office.due_matter, opening)
        yield "office.due_matter", f'"{office.due_matter}" is no matter that opens a case{told}'


def _circulars(office: Office) -> Iterator[Problem]:
    matters = {one.id for one in office.matters}
    documents = {one.id for one in office.documents}
    numbers = {one.number for one in office.circulars}
    asked: dict[str, object] = {}
    for place, circular in enumerate(office.circulars):
        path = f"office.circulars[{place}]"
        for matter in sorted(circular.matters - matters):
            yield f"{path}.matters", f'unknown matter "{matter}"{did_you_mean(matter, matters)}'
        if circular.until is not None and circular.until < circular.issued:
            yield f"{path}.until", f"is before its date ({jalali(circular.issued)})"
        for question in circular.questions:
            if asked.setdefault(question.id, question) != question:
                yield f"{path}.questions", f'"{question.id}" is another question elsewhere: one id, one question'
    for place, extension in enumerate(office.extensions):
        path = f"office.extensions[{place}]"
        if extension.document not in documents:
            yield f"{path}.document", f'unknown document "{extension.document}"{did_you_mean(extension.document, documents)}'
        if extension.circular not in numbers:
            yield f"{path}.circular", f'unknown circular "{extension.circular}"{did_you_mean(extension.circular, numbers)}'
