"""What systemd is told: ready, still alive, stopping (sd_notify's datagrams, eight lines instead of a dependency)."""

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send `state` ("READY=1", "WATCHDOG=1", "STOPPING=1") to systemd, or nowhere when it did not ask."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    # A listener that is gone for a moment must not end the program that it watches.
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as wire:
        wire.sendto(state.encode(), address)
