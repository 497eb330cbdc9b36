"""The insurance office's site file is whole, and whoever writes one is told of every contradiction with its line."""

from datetime import date
from pathlib import Path

import pytest

from booking_store.site_file import SiteFileError, describe_changes, parse_site, read_site
from rules.documents import Document
from rules.household import Certificate, Household, Person, Relation, Sex
from rules.office import Office, named

FILE = Path(__file__).parents[2] / "sites" / "foreign_nationals_office.toml"
TEXT = FILE.read_text(encoding="utf-8")


def office(text: str = TEXT) -> Office:
    found = parse_site(text, "office.toml").office
    assert found is not None
    return found


def problem(old: str, new: str) -> str:
    assert old in TEXT, old
    with pytest.raises(SiteFileError) as caught:
        parse_site(TEXT.replace(old, new, 1), "office.toml")
    (told,) = caught.value.problems
    return told


def test_the_offices_file_says_what_the_office_does() -> None:
    site = read_site(FILE)
    found = office()
    assert (site.people_word, len(site.stages), len(site.departments)) == ("client", 1, 5)
    assert {matter.department for matter in found.matters} == {department.code for department in site.departments}
    assert [matter.id for matter in found.matters if matter.opens_case] == [
        "incomplete_papers", "special_services", "renewal", "other",
    ]  # fmt: skip
    completing = next(matter for matter in found.matters if matter.brings_papers)
    assert completing.priority in site.call_order.head_start_minutes
    assert found.own_cases is False
    told = named(found.refusals, "not_eligible")
    assert told is not None
    assert told.fa == "مشمول طرح نیست"
    assert named(found.refusals, "no_such") is None


def test_a_card_of_the_seventeenth_cycle_is_good_until_the_years_end_by_its_circular() -> None:
    stands = office().validity_of(Document("amayesh", "1", date(2026, 2, 1), 17), date(2026, 11, 22))
    assert (stands.is_good, stands.until, stands.circular) == (True, date(2027, 3, 20), "1404/2215")


def test_a_document_of_a_kind_that_the_file_no_longer_knows_carries_no_request() -> None:
    stands = office().validity_of(Document("library_card", "1", date(2027, 2, 1)), date(2026, 11, 22))
    assert (stands.is_good, office().document("library_card")) == (False, None)


def test_a_name_may_stand_in_each_language_that_a_visitor_reads() -> None:
    site = read_site(FILE)
    assert site.kiosks.languages == ("fa", "prs", "ar", "en")
    names = {language: word for matter in office().matters[:1] for language, word in matter.name.others}
    assert names == {"prs": "نقص اسناد هویت", "ar": "نقص وثائق الهوية"}


@pytest.mark.parametrize("language", ["de", "pr"])
def test_a_language_that_no_kiosk_reads_is_told(language: str) -> None:
    told = problem('languages = ["fa", "prs", "ar", "en"]', f'languages = ["fa", "{language}"]')
    assert f'unknown language "{language}"; known: ar, en, fa, prs' in told


def test_calls_are_spoken_in_languages_that_have_a_voice() -> None:
    assert 'unknown language "ar"; known: fa, en' in problem('languages = ["fa"]\n', 'languages = ["ar"]\n')


def test_a_dari_name_is_written_with_persian_letters() -> None:
    assert "has an Arabic ي or ك" in problem('prs = "کارهای دیگر"', 'prs = "كارهای دیگر"')


def test_a_clinic_has_no_office() -> None:
    assert read_site(FILE.parent / "kosar_clinic.toml").office is None


@pytest.mark.parametrize(
    ("old", "new", "where", "what"),
    [
        ("department = 5\nfee", "department = 55\nfee", "office.matters[4].department", "unknown department 55"),
        ("identity_days = 400", "identity_days = 29", "office.identity_days", "good for 30 days"),
        ('priority = "completing"', 'priority = "complete"', "office.matters[2].priority", 'did you mean "completing"?'),
        ('id = "other"', 'id = "lost_letter"', "office.matters[5].id", "is taken by office.matters[3]"),
        ('matters = ["special_services"]', 'matters = ["special"]', "office.circulars[2].matters", "unknown matter"),
        ('document = "amayesh"', 'document = "amayish"', "office.extensions[0].document", 'did you mean "amayesh"?'),
        ('circular = "1404/2215"', 'circular = "1404/2216"', "office.extensions[0].circular", "unknown circular"),
        ('from = "1405/12/07"', 'from = "1405/12/06"', "office.cycles[1].from", "overlaps cycle 12"),
        ('due_matter = "renewal"', 'due_matter = "lost_letter"', "office.due_matter", "is no matter that opens a case"),
        ('city = "ساوه"', 'city = "ساوه", size = 3', "", "not TOML"),
        ("own_cases = false", 'own_cases = "no"', "office.own_cases", "true or false"),
        ("letter_days = 30", "letter_day = 30", "office.letter_day", 'did you mean "letter_days"?'),
        ('province = "مرکزی"', 'province = "مركزی"', "office.province", "Arabic"),
        ('id = "certificate_recent"', 'id = "lives_here"', "office.circulars[2].questions", "one id, one question"),
    ],
)
def test_each_mistake_is_told_where_it_is(old: str, new: str, where: str, what: str) -> None:
    told = problem(old, new)
    assert where in told
    assert what in told


def test_an_office_that_nobody_signs_for_is_a_mistake() -> None:
    before, _, rest = TEXT.partition("[office.signers]")
    told = rest.partition("\n# What a household comes for.")
    with pytest.raises(SiteFileError, match=r"office\.signers: expected at least one"):
        parse_site(before + told[1] + told[2], "office.toml")


def test_a_certificate_is_needed_only_where_one_can_be_written() -> None:
    assert [matter.id for matter in office().matters if matter.needs_certificate] == ["special_services"]
    before, table, rest = TEXT.partition("[office.diseases]\n")
    without = before + table + rest[rest.index("\n\n") :]
    with pytest.raises(SiteFileError, match=r"office\.matters\[1\]\.needs_certificate: no certificate can be written"):
        parse_site(without, "office.toml")


def test_a_new_circular_is_told_when_the_file_is_loaded() -> None:
    after = TEXT.replace("letter_days = 30 ", "letter_days = 45 ", 1)
    assert describe_changes(read_site(FILE), parse_site(after, "office.toml")) == ("office, letter_days: 30 is now 45",)


def test_what_a_case_names_is_found_by_its_word_and_an_unknown_word_is_nothing() -> None:
    renewal, ours = office().matter("renewal"), office().service_office("72-1002")
    assert renewal is not None
    assert (renewal.id, renewal.department) == ("renewal", 5)
    assert ours is not None
    assert (ours.code, ours.name.fa) == ("72-1002", "دفتر پیشخوان خیابان ملک")
    assert (office().matter("no_such"), office().service_office("72-9999")) == (None, None)


def test_a_year_of_cover_begins_on_its_first_day_and_the_next_one_is_the_nearest_that_has_not_begun() -> None:
    first, last = date(2026, 2, 26), date(2027, 2, 25)
    years_after = '[[office.cycles]]\nnumber = 14\nfrom = "1406/12/07"\nto = "1407/12/06"\n\n'
    later = office(TEXT.replace("[[office.cycles]]", f"{years_after}[[office.cycles]]", 1))
    assert [one and one.number for one in map(later.cycle_on, (first.replace(day=25), first, last))] == [None, 12, 12]
    assert [one and one.number for one in map(later.cycle_after, (first.replace(day=25), first, last))] == [12, 13, 13]
    assert (later.cycle_after(date(2029, 1, 1)), later.cycle_on(date(2029, 3, 1))) == (None, None)


@pytest.mark.parametrize(
    ("matter", "certificates", "lacks"),
    [
        ("special_services", (None, None), True),
        ("special_services", (None, Certificate("cancer", "1", date(2026, 11, 1), "دکتر")), False),
        ("renewal", (None, None), False),
        ("no_such", (None, None), False),
    ],
)
def test_a_matter_whose_letter_encloses_a_certificate_wants_one_of_any_member(
    matter: str, certificates: tuple[Certificate | None, ...], lacks: bool
) -> None:
    people = tuple(Person("عضو", Relation.CHILD, Sex.MALE, "AF", certificate=one) for one in certificates)
    assert office().lacks_certificate(matter, Household("1", people)) is lacks


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (date(2026, 4, 29), False),
        (date(2026, 4, 30), True),
        (date(2026, 5, 10), True),
        (date(2026, 5, 11), False),
    ],
)
def test_a_circular_is_answered_from_its_date_to_its_last_day(day: date, in_force: bool) -> None:
    until = office(TEXT.replace('date = "1405/02/10"', 'date = "1405/02/10"\nuntil = "1405/02/20"', 1))
    assert ("1405/118" in [one.number for one in until.circulars_for("renewal", day)]) is in_force
