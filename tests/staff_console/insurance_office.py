"""An insurance office that runs: a real broker, the real store with a key, and cases that officers wrote before the morning."""

from collections.abc import Callable
from pathlib import Path

from booking_store.ledger import Ledger
from booking_store.seal import make_key
from command_line.operator import at_the_desk, read_operator_settings
from command_line.reach import ask_store
from mqtt.contract import Answer, Operation
from mqtt.office_contract import AskDepartment, CaseStands, OpenCase, StepCase, TakeUp
from rules.inquiries import Way
from tests.command_line.clinic import Clinic
from tests.store.clinic import moment_ms
from tests.store.office import SITE_FILE, InsuranceOffice, family


class OfficeClinic(Clinic):
    """The example's office, under the name that the tests' consoles know."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        site = SITE_FILE.read_text(encoding="utf-8").replace('id = "office"', 'id = "small"', 1)
        self.store.site_file = folder / "office.toml"
        self.store.site_file.write_text(site, encoding="utf-8")
        self.store.identity_key = folder / "identity.key"
        make_key(self.store.identity_key)

    def before(self, work: Callable[[InsuranceOffice], None]) -> None:
        """What was done before the store runs."""
        assert self.store.identity_key is not None
        key = self.store.identity_key.read_bytes().split()[0]
        office = InsuranceOffice(
            lambda: Ledger.open(self.store.url, moment_ms("06:00")), key=key, site_file=self.store.site_file, site="small"
        )
        try:
            work(office)
        finally:
            office.ledger.close()

    def ask(self, operation: Operation) -> Answer:
        """What the running store answers an operator."""
        return ask_store(read_operator_settings(self.operator), operation)

    def ask_department(self, households: int) -> None:
        """So many of three come, and questions about them wait for the next batch."""
        with at_the_desk(read_operator_settings(self.operator)) as desk:
            for _ in range(households):
                case = desk.ask(OpenCase(matter="incomplete_papers", fields=family()))
                for act in (TakeUp(), AskDepartment(way=Way.BATCH)):
                    assert isinstance(case, CaseStands), case
                    case = desk.ask(StepCase(case=case.case, revision=case.revision, act=act))
