"""A kiosk at the real store of an insurance office: who brings missing papers types the code, and nobody finds it anywhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_store.office_reader import OfficeReader
from booking_store.seal import Seal, make_key
from mqtt.office_contract import AskPapers, CaseStands, MissingPaper, OpenCase, StepCase
from tests.broker import RunningBroker
from tests.kiosk.running import RunningKiosk
from tests.kiosk.test_with_the_store import Asker
from tests.store.office import SITE_FILE, family
from tests.store.running import RunningStore
from twins.printer import PrinterTwin

CODE = "120345678901"


@pytest.fixture
def store(broker: RunningBroker, tmp_path: Path) -> Iterator[RunningStore]:
    site = tmp_path / "office.toml"
    site.write_text(SITE_FILE.read_text(encoding="utf-8").replace('id = "office"', 'id = "small"'), encoding="utf-8")
    make_key(tmp_path / "identity.key")
    store = RunningStore(broker, tmp_path, site_file=site)
    store.identity_key = tmp_path / "identity.key"
    store.start()
    yield store
    store.kill()


@pytest.fixture
def kiosk(broker: RunningBroker, tmp_path: Path, store: RunningStore) -> Iterator[RunningKiosk]:
    printer = PrinterTwin(tmp_path / "tickets")
    printer.start()
    kiosk = RunningKiosk(tmp_path / "kiosk", broker, printer, keypad="usb", site="small")
    kiosk.start()
    kiosk.wait_for_screen("office_idle")
    yield kiosk
    kiosk.kill()
    printer.stop()


def test_a_household_is_led_to_its_case_and_a_kiosk_alone_asks_for_nothing_personal(
    broker: RunningBroker, tmp_path: Path, store: RunningStore, kiosk: RunningKiosk
) -> None:
    officer = Asker(broker, "operator").until_open()
    case = officer.ask(OpenCase(matter="incomplete_papers", fields=family(CODE)))
    assert isinstance(case, CaseStands)
    asked = AskPapers(papers=(MissingPaper(paper="photo"),))
    assert isinstance(officer.ask(StepCase(case=case.case, revision=case.revision, act=asked)), CaseStands)

    kiosk.press("2")  # Dari
    kiosk.wait_for_screen("choose_matter_dari")
    kiosk.press("3", *CODE)
    kiosk.wait_for_screen("type_household_dari")
    kiosk.press("green")
    kiosk.wait_for_screen("check_household_dari")
    kiosk.press("green")
    kiosk.wait_for_screen("ask_priority_dari")
    kiosk.press("green")
    kiosk.wait_for_screen("ticket_taken_dari")

    reader = OfficeReader(store.url, Seal.read(tmp_path / "identity.key"))
    behind = reader.ticket(1, 410)
    assert behind is not None
    assert (behind.matter, behind.household) == ("bringing_papers", case.household)

    kiosk.press("green")
    kiosk.wait_for_screen("office_idle")
    store.kill()
    kiosk.wait_for_screen("office_idle_alone")
    kiosk.press("3", "3")  # Arabic, and the papers once more
    kiosk.wait_for_screen("ask_priority_arabic")
    kiosk.press("green")
    kiosk.wait_for_screen("ticket_alone_arabic")
    store.start()
    kiosk.press("green")
    kiosk.wait_for_screen("office_idle")

    officer.session.stop()
    reader.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"papers.journal", "kiosk.log", "store.log", "ledger.sqlite"} <= {path.name for path in files}
    assert [path.name for path in files if CODE.encode() in path.read_bytes()] == []
