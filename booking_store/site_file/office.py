"""What a site file says of an insurance office: the table [office] and the lists below it."""

from typing import Final

from booking_store.site_file.table import ARABIC_LETTERS, Table
from rules.documents import Extension
from rules.office import Circular, Cycle, DocumentType, Matter, Office, Question, ServiceOffice, Word

RIALS_MOST: Final = 10**10
DAYS_MOST: Final = 4000
MINUTES_MOST: Final = 240


def read_office(table: Table) -> Office:
    """The table [office]."""
    usual = Office("", "", (), (), (), (), (), (), ())
    office = Office(
        province=_persian(table, "province", "مرکزی"),
        issuer=_persian(table, "issuer", "ادارهٔ کل امور اتباع و مهاجرین خارجی استان مرکزی"),
        copy_to=_persian(table, "copy_to", "ادارهٔ کل بیمهٔ سلامت استان مرکزی") if table.has("copy_to") else "",
        signers=_words(table, "signers"),
        matters=tuple(_matter(row) for row in table.tables("matters")),
        documents=tuple(_document(row) for row in table.tables("documents")),
        papers=_words(table, "papers"),
        refusals=_words(table, "refusals"),
        nationalities=_words(table, "nationalities"),
        service_offices=tuple(_service_office(row) for row in table.tables("service_offices")),
        diseases=_words(table, "diseases"),
        counties=_words(table, "counties"),
        circulars=tuple(_circular(row) for row in table.tables("circulars")),
        extensions=tuple(_extension(row) for row in table.tables("extensions")),
        cycles=tuple(_cycle(row) for row in table.tables("cycles")),
        own_cases=table.flag("own_cases", usual.own_cases),
        najva_days=table.whole("najva_days", 1, DAYS_MOST, usual.najva_days),
        letter_days=table.whole("letter_days", 1, DAYS_MOST, usual.letter_days),
        due_matter=table.text("due_matter", "renewal") if table.has("due_matter") else "",
        due_days=table.whole("due_days", 1, DAYS_MOST, usual.due_days),
        same_officer_minutes=table.whole("same_officer_minutes", 0, MINUTES_MOST, usual.same_officer_minutes),
        identity_days=table.whole("identity_days", 1, DAYS_MOST, usual.identity_days),
        public_address=table.text("public_address", "https://example.ir/letter") if table.has("public_address") else "",
    )
    table.close()
    return office


def _persian(table: Table, key: str, example: str) -> str:
    """Words that are printed on a letter."""
    words = table.text(key, example)
    if ARABIC_LETTERS & set(words):
        table.note(key, f"{words} has an Arabic ي or ك: write the Persian ی and ک, as the letter prints them")
    return words


def _words(table: Table, key: str) -> tuple[Word, ...]:
    """A table of ids with their names: amayesh = { fa = "…", en = "…" }."""
    listed = table.table(key)
    return tuple(Word(word, listed.name(word)) for word, _ in listed.items())


def _matter(row: Table) -> Matter:
    matter = Matter(
        id=row.text("id", "incomplete_papers"),
        name=row.name("name"),
        department=row.whole("department", 1, 9999),
        fee_rials=row.whole("fee_rials", 0, RIALS_MOST, 0),
        brings_papers=row.flag("brings_papers", default=False),
        priority=row.text("priority", "completing") if row.has("priority") else "",
        opens_case=row.flag("opens_case", default=True),
        without_code=row.flag("without_code", default=True),
        needs_certificate=row.flag("needs_certificate", default=False),
        request=_persian(row, "request", "خواهشمند است …") if row.has("request") else "",
    )
    row.close()
    return matter


def _document(row: Table) -> DocumentType:
    document = DocumentType(
        id=row.text("id", "amayesh"),
        name=row.name("name"),
        expires=row.flag("expires", default=True),
        has_cycle=row.flag("has_cycle", default=False),
        carries_request=row.flag("carries_request", default=True),
    )
    row.close()
    return document


def _service_office(row: Table) -> ServiceOffice:
    office = ServiceOffice(row.text("code", "72-1"), row.name("name"), _persian(row, "city", "اراک"))
    row.close()
    return office


def _circular(row: Table) -> Circular:
    circular = Circular(
        number=row.text("number", "1405/7"),
        issued=row.day("date"),
        text=_persian(row, "text", "…"),
        matters=frozenset(row.texts("matters", "incomplete_papers", ())),
        questions=tuple(_question(one) for one in row.tables("questions")),
        until=row.day("until") if row.has("until") else None,
    )
    row.close()
    return circular


def _question(row: Table) -> Question:
    question = Question(row.text("id", "same_person"), row.name("name"), row.flag("must", default=True))
    row.close()
    return question


def _extension(row: Table) -> Extension:
    extension = Extension(
        document=row.text("document", "amayesh"),
        until=row.day("until"),
        circular=row.text("circular", "1405/7"),
        cycle=row.whole("cycle", 1, 99) if row.has("cycle") else None,
    )
    row.close()
    return extension


def _cycle(row: Table) -> Cycle:
    number = row.whole("number", 1, 99)  # as letters and statistics name it
    first, last = row.days()
    row.close()
    return Cycle(number, first, last)
