"""What an office's morning leaves behind: who came stands in no byte of it in the clear, but where it is meant to stand.

Real programs, each its own: broker, store, kiosk, counter, texts, the officers' pages and the letter page. A household comes,
its case is written, lacks a paper, is approved; its letter is handed over, lost, replaced and used; somebody mistypes, and a
broken device sends who they are where it does not belong. Then every file is read, and all that the broker keeps.
"""

import json
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from booking_store.copies import making
from booking_store.office_reader import OfficeReader
from booking_store.seal import Seal
from command_line.demo.clinic import CONSOLE, STAFF_PASSWORD, Clinic
from command_line.demo.eyes import Eyes
from command_line.demo.hands import KEY_SECONDS
from command_line.demo.morning import WITH_TICKET, Morning
from command_line.demo.programme import open_the_day
from command_line.operator import at_the_desk, read_operator_settings
from mqtt.codec import encode
from mqtt.contract import Request, TakeWalkIn
from mqtt.link import Arrived, Delivered
from mqtt.office_contract import FindHousehold, OpenCase, UseLetter
from rules.digits import persian_digits
from staff_console.rights import Role
from tests.command_line.test_nothing_told import linked
from tests.mqtt.test_accounts import turned
from tests.staff_console.officers import Officer, member
from tests.staff_console.running import Browser
from tests.store.office import OFFICE, QUESTIONS, SITE_FILE

EIGHT = datetime(2026, 11, 22, 8, 30, tzinfo=ZoneInfo("Asia/Tehran"))
RUNNING = ("kiosk-1", "counter-1", "phone-1", "letter-page")
PREFIX = "nobat/1/office/"
PATIENCE_SECONDS = 60.0
CODE, MOBILE, PIN = "7719340", "09351177264", "86420975"
FACTS = {
    "code": CODE,
    "mobile": MOBILE,
    "pin": PIN,
    "wrong pin": "11997733",
    "head": "گل‌ضمیر شینواری",
    "father": "نورآقا",
    "child": "ماه‌پری شینواری",
    "born": "1340/05/26",
    "born, as it is kept": "1961-08-17",
    "exclusive": "160428817753",
    "unique": "9264480317",
    "card": "1700448813",
    "child's card": "1700448829",
    "certificate": "90412765",
    "physician": "دکتر یعقوب‌زاده",
    "address": "کوچهٔ یاقوتی، پلاک ۴۸۳",
    "postal code": "3819476125",
    "receipt": "88304417",
    "najva": "N-5520918",
    "note": "خواهرش همراه است",
    "taker": "ننه‌گلاب صافی",
}


class AtThePages(Officer):
    """Somebody of the office, at the pages of a clinic that runs as the demo's does."""

    def __init__(self, url: str, role: Role) -> None:
        Browser.__init__(self, url, role.value, STAFF_PASSWORD)
        self.until("data-point")


@dataclass
class Played:
    """What happened, and what was seen while it did."""

    clinic: Clinic
    letters: list[str] = field(default_factory=list)  # codes
    retained: dict[str, bytes] = field(default_factory=dict)
    living: dict[str, bytes] = field(default_factory=dict)  # files as they were while all ran
    command_lines: dict[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, bytes]:
        """Every file that is left, with those of before the end, but the key of identities and the texts that were sent."""
        apart = {self.clinic.identity_key, self.clinic.texts_file}
        left = {str(file): file.read_bytes() for file in _files(self.clinic.folder, self.clinic.out) if file not in apart}
        return left | self.living


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Played]:
    folder = tmp_path_factory.mktemp("morning")
    clinic = Clinic(SITE_FILE, folder / "office", folder / "out", windows=False)
    clinic.set_clock(EIGHT)
    happened = Played(clinic)
    try:
        clinic.start_broker()
        clinic.start_store()
        for device in clinic.site.devices:
            if device.id in RUNNING:
                clinic.start_device(device)
        clinic._start(CONSOLE, [sys.executable, "-m", "staff_console", str(clinic.folder / f"{CONSOLE}.toml")])
        with at_the_desk(read_operator_settings(clinic.folder / "operator.toml"), "site", "day", "device/+", "point/+") as desk:
            morning = Morning(clinic, desk, Eyes(clinic, desk), seed=1, starts=EIGHT)
            play(happened, morning)
        look(happened)
    finally:
        clinic.stop()
    yield happened
    shutil.rmtree(folder)


def play(happened: Played, morning: Morning) -> None:
    """The morning of one household."""
    clinic, eyes = morning.clinic, morning.eyes
    eyes.wait("all are there", lambda: all(name in eyes.watched.devices for name in (*RUNNING, CONSOLE)), PATIENCE_SECONDS)
    open_the_day(morning, EIGHT.date())
    number = ticket_for_a_typed_code(morning)
    sara, ali, manager = (AtThePages(clinic.console_url, role) for role in (Role.OFFICER, Role.REVIEWER, Role.MANAGER))
    case = write_the_case(sara, ali, str(number))
    sara.finds(CODE)
    sara.finds(persian_digits(FACTS["exclusive"]))
    manager.sends(manager.page("/pins"), "/pins", service_office=OFFICE, pin=PIN, pin_again=PIN)
    letters(happened, sara, case)
    send_nonsense(clinic)
    eyes.wait("the texts have left", clinic.texts_file.exists, PATIENCE_SECONDS)
    copies = clinic.folder / "copies"
    copies.mkdir()
    making.back_up(clinic.database, copies)


def ticket_for_a_typed_code(morning: Morning) -> int:
    """The household types its code at the kiosk, and looks at it once more; the number on its paper."""
    eyes = morning.eyes
    eyes.wait("the kiosk is free", lambda: eyes.screen("kiosk-1") == "office_idle", PATIENCE_SECONDS)
    for screen in ("choose_matter", "type_household"):
        morning.press_until("1", screen)
    morning.hands["kiosk-1"].type(*CODE, key_seconds=4 * KEY_SECONDS)
    for screens in (("check_household",), ("ask_priority",), ("wait", "printing", *WITH_TICKET)):
        morning.press_until("green", *screens)
    eyes.wait("the ticket is printed", lambda: eyes.tickets_printed("kiosk-1") > 0, PATIENCE_SECONDS)
    return eyes.newest_ticket()


def write_the_case(sara: Officer, ali: Officer, number: str) -> int:
    """A head and a child, with everything that can be known of them; a paper is wanted and brought."""
    fields = member(0, FACTS["head"], "head", sex="male", father=FACTS["father"], born=FACTS["born"], number=FACTS["card"])
    fields |= {"exclusive-0": FACTS["exclusive"], "unique-0": FACTS["unique"], "disease-0": "ms"}
    fields |= {"certificate-0": FACTS["certificate"], "issued-0": "1405/08/01", "physician-0": FACTS["physician"]}
    fields |= member(1, FACTS["child"], "child", born="1394/07/18", number=FACTS["child's card"])
    about = {"address": FACTS["address"], "postal_code": FACTS["postal code"]}
    case = sara.opens(number=number, code=CODE, mobile=MOBILE, **about, **fields)
    sara.does(case, "write_note", note=FACTS["note"])
    sara.does(case, "ask_papers", paper=[":photo"])
    sara.does(case, "bring_papers", paper=[":photo"])
    sara.does(case, "write_najva", result="confirmed", reference=FACTS["najva"])
    sara.does(case, "write_fee", receipt=FACTS["receipt"])
    sara.does(case, "answer_questions", **{f"said-{question}": "yes" for question in QUESTIONS})
    ali.does(case, "approve")
    return case


def letters(happened: Played, sara: Officer, case: int) -> None:
    """The letter is handed over, lost, replaced and used, after a wrong PIN."""
    sara.does(case, "issue_letter", service_office=OFFICE, signer="director")
    for serial in (1, 2):
        address = f"/cases/{case}/letters/1405/{serial}"
        shown = sara.page(address)
        assert sara.client.get(f"{address}/letter.pdf").status_code == 200
        sara.sends(shown, f"{address}/slip", kiosk="kiosk-1")
        sara.sends(shown, f"/cases/{case}/step", "hand_over", name=FACTS["taker"], relation="parent")
        if serial == 1:
            sara.does(case, "duplicate_letter")
    reader = OfficeReader(happened.clinic.database, Seal.read(happened.clinic.identity_key))
    file = reader.case_file(case)
    reader.close()
    assert file is not None
    happened.letters = [one.letter.code for one in file.letters]
    page = f"{happened.clinic.letter_url}/{happened.letters[1]}"
    for pin, status in ((FACTS["wrong pin"], 403), (PIN, 200)):
        once = re.search(r'name="once" value="(\w+)"', httpx.get(page, timeout=PATIENCE_SECONDS).text)
        assert once is not None
        marked = httpx.post(page, data={"once": once[1], "office": OFFICE, "pin": pin}, timeout=PATIENCE_SECONDS)
        assert marked.status_code == status


def send_nonsense(clinic: Clinic) -> None:
    """A device that is broken, or not what it seems, sends who they are where it may not and where it does not belong."""
    counter = linked(clinic, "counter-2")
    asks = (
        FindHousehold(code=CODE),
        OpenCase(matter=FACTS["head"], household=1),
        UseLetter(code=FACTS["exclusive"], service_office=FACTS["father"], pin=PIN),
        TakeWalkIn(department=1, service_day=1, code=FACTS["card"], why=FACTS["note"]),
    )
    good = [encode(Request(id=f"n-{place}", boot="b", operation=one)).decode() for place, one in enumerate(asks)]
    odd = [one.replace('"matter"', f'"{FACTS["child"]}"') for one in good]
    odd += [good[1].replace('"household":1', f'"household":"{FACTS["head"]}"'), good[0][:-2], f'"{FACTS["address"]} {MOBILE}"']
    odd += [good[2].replace("use_letter", FACTS["taker"]), good[0].replace('"n-0"', f'"{FACTS["head"]}"')]
    for payload in (*good, *odd):
        counter.send(PREFIX + "request/counter-2", payload.encode(), retained=False)
        turned(counter, Delivered)
    counter.close()


def look(happened: Played) -> None:
    """What the broker keeps, the ledger's log while it is long, and what everybody may read of a process."""
    clinic = happened.clinic
    reader = linked(clinic, "store")
    reader.subscribe([PREFIX + "#"])
    wanted = {PREFIX + path for path in ("site", "day", "store", "board/hall-1", "point/counter-1", "device/kiosk-1")}
    while not happened.retained.keys() >= wanted:
        happened.retained |= {one.topic: one.payload for one in reader.turn(0.2) if isinstance(one, Arrived) and one.retained}
    reader.close()
    happened.living = {f"{file}, as it ran": file.read_bytes() for file in clinic.folder.glob("ledger.sqlite*")}
    happened.command_lines = {
        name: Path(f"/proc/{process}/cmdline").read_text() for name, process in clinic.processes().items()
    }


def _files(*folders: Path) -> list[Path]:
    return [file for folder in folders for file in sorted(folder.rglob("*")) if file.is_file()]


def written(said: str) -> set[bytes]:
    """As it may be written: in either digits, in any encoding that somebody may come upon."""
    words = {said, persian_digits(said), said.replace("\u200c", ""), said.removeprefix("0")}
    escaped = {json.dumps(one).strip('"') for one in words}
    return {one.encode() for one in words | escaped} | {said.encode("utf-16-le")}


@pytest.mark.parametrize("what", FACTS)
def test_who_came_stands_nowhere_in_the_clear(played: Played, what: str) -> None:
    found = {name for name, content in played.files().items() for word in written(FACTS[what]) if word in content}
    assert found == set()


def test_every_place_was_looked_into_and_held_the_morning(played: Played) -> None:
    names = "\n".join(played.files())
    places = ("ledger.sqlite", "ledger.sqlite-wal, as it ran", "copies/", "papers.journal", "/printed/kiosk-1/")
    programs = ("booking_store", "kiosk-1", "counter-1", "phone-1", "letter-page", "console", "mosquitto")
    for place in (*places, *(f"{program}.log" for program in programs)):
        assert place in names, place
    code = played.letters[0].encode()
    assert [name for name, content in played.files().items() if code in content], "what does stand in the clear is found"
    log = (played.clinic.folder / "booking_store.log").read_text(encoding="utf-8")
    assert "refused on request/counter-2" in log, "the nonsense was heard, and told of"
    assert not [name for name in played.files() if name.endswith(".db")], "the broker keeps nothing on disk"


def test_nothing_that_the_broker_keeps_and_no_command_line_names_anybody(played: Played) -> None:
    seen = {**played.retained, **{name: line.encode() for name, line in played.command_lines.items()}}
    assert not [(name, what) for name, said in seen.items() for what in FACTS for word in written(FACTS[what]) if word in said]


def test_a_text_says_its_mobile_and_nothing_else_of_them(played: Played) -> None:
    sent = played.clinic.texts_file.read_text(encoding="utf-8")
    assert MOBILE in sent
    assert not [what for what in FACTS if what != "mobile" and any(word in sent.encode() for word in written(FACTS[what]))]


def test_what_was_looked_for_lies_in_the_ledger_under_its_key(played: Played) -> None:
    """So that the search above has looked for what was there."""
    reader = OfficeReader(played.clinic.database, Seal.read(played.clinic.identity_key))
    file = reader.case_file(1)
    reader.close()
    assert file is not None
    head, child = file.household.members
    assert (head.name, head.father, child.name) == (FACTS["head"], FACTS["father"], FACTS["child"])
    assert (file.household.code, file.household.mobile, file.household.address) == (CODE, MOBILE, FACTS["address"])
    assert (file.words.receipt, file.words.najva_reference) == (FACTS["receipt"], FACTS["najva"])
    assert [one.words.handed_to for one in file.letters if one.words is not None] == [FACTS["taker"]] * 2
