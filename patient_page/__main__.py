"""The patient's page: `python -m patient_page FILE.toml`. It reads the ledger, and knows neither broker nor staff.

Two threads: uvicorn's serves phones, the main one waits for the end and tells systemd that all is well.
"""

import sys

from booking_store.turn_report import TurnReader
from patient_page.settings import PatientPageSettings, load_settings
from patient_page.web import PatientPage, application
from program.inbox import Inbox
from program.loop import Loop
from program.starting import start
from program.web_server import serve_strangers


def run(settings: PatientPageSettings) -> None:
    """The page of `settings`."""
    inbox = Inbox()
    page = PatientPage(TurnReader(settings.database, settings.site), settings.language)
    server = serve_strangers(application(page), settings.listen, inbox)
    loop: Loop[None, None, None] = Loop(
        inbox=inbox, step=lambda state, _event, _now: (state, ()), deadline=lambda _: None, perform=lambda _: None
    )
    loop.stop_on_signals()
    loop.run(None)
    server.should_exit = True


if __name__ == "__main__":
    sys.exit(start("patient_page", load_settings, run, sys.argv))
