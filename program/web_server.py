"""A small page for strangers: uvicorn on a thread of its own beside the deciding one, with limits that a crowd cannot pass."""

import logging
import threading
from typing import Any, Final

import uvicorn

from program.inbox import Inbox
from program.loop import Stop
from program.settings import address_of

log = logging.getLogger(__name__)

CONNECTIONS_MOST: Final = 200
"""Telephones of a full hall; more are told to come again, and nothing else on the machine feels it."""


def serve_strangers(application: Any, listen: str, inbox: Inbox, proxy: str | None = None) -> uvicorn.Server:
    """Serve `application` (ASGI) at `listen`, "192.168.50.1:8090"; when that cannot be, the program ends and systemd starts it
    again. `proxy`: the one address whose word about who asks is believed; None: nobody is believed about that."""
    host, port = address_of(listen)
    config = uvicorn.Config(
        application,
        host=host,
        port=port,
        log_config=None,
        access_log=False,  # addresses hold numbers and codes
        server_header=False,
        proxy_headers=proxy is not None,
        forwarded_allow_ips=proxy or "",
        limit_concurrency=CONNECTIONS_MOST,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)

    def serve() -> None:
        try:
            server.run()
        except SystemExit:
            log.error("no page: %s cannot be listened on", listen)  # noqa: TRY400  uvicorn has told why
        inbox.put(Stop("the page ended"))

    threading.Thread(target=serve, name="page", daemon=True).start()
    return server
