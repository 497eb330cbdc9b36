"""The patient's page: `python -m patient_page FILE.toml`. It reads the ledger, and knows neither broker nor staff.

Two threads: uvicorn's serves phones, the main one waits for the end and tells systemd that all is well.
"""

import logging
import sys
import threading

import uvicorn

from booking_store.turn_report import TurnReader
from patient_page.settings import PatientPageSettings, load_settings
from patient_page.web import PatientPage, application
from program.inbox import Inbox
from program.loop import Loop, Stop
from program.starting import start

log = logging.getLogger(__name__)

CONNECTIONS_MOST = 200
"""Phones of a full hall; more are told to come again, and nothing else on the machine feels it."""


def run(settings: PatientPageSettings) -> None:
    """The page of `settings`."""
    inbox = Inbox()
    server = serving(settings, inbox)
    loop: Loop[None, None, None] = Loop(
        inbox=inbox, step=lambda state, _event, _now: (state, ()), deadline=lambda _: None, perform=lambda _: None
    )
    loop.stop_on_signals()
    loop.run(None)
    server.should_exit = True


def serving(settings: PatientPageSettings, inbox: Inbox) -> uvicorn.Server:
    """uvicorn on a thread of its own; when it cannot serve, the program ends and systemd starts it again."""
    host, port = settings.address
    page = PatientPage(TurnReader(settings.database, settings.site), settings.language)
    config = uvicorn.Config(
        application(page),
        host=host,
        port=port,
        log_config=None,
        access_log=False,  # addresses hold numbers and codes
        server_header=False,
        proxy_headers=False,  # whoever writes a header is no other address by it
        limit_concurrency=CONNECTIONS_MOST,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    def serve() -> None:
        try:
            server.run()
        except SystemExit:
            log.error("no page: %s cannot be listened on", settings.listen)  # noqa: TRY400  uvicorn has told why
        inbox.put(Stop("the page ended"))

    threading.Thread(target=serve, name="page", daemon=True).start()
    return server


if __name__ == "__main__":
    sys.exit(start("patient_page", load_settings, run, sys.argv))
