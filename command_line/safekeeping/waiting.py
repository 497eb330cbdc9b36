"""`nobat waiting`: the waiting list on paper, for the hour in which the store dies."""

import io
import socket
from pathlib import Path
from typing import Annotated, Final, Literal

import typer
from PIL import Image

from booking_store.database import LedgerError
from booking_store.waiting_list import waiting_list
from command_line.operator import CommandError, FailedError, read_operator_settings
from command_line.safekeeping.sheets import sheets, told
from kiosk_device.printing import raster
from program.durable_file import write_whole

PRINTER_SECONDS: Final = 10.0
DOTS_AN_INCH: Final = 203


def waiting(
    out: Annotated[Path | None, typer.Option(help="Write a PDF (or the first sheet as .png), replaced in one step.")] = None,
    printer: Annotated[str | None, typer.Option(help="Print on this receipt printer: 192.0.2.20:9100.")] = None,
    language: Annotated[Literal["fa", "en"], typer.Option(help="The list's language.")] = "fa",
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Who waits where, in the order of calls: numbers only."""
    try:
        listed = waiting_list(read_operator_settings(operator).database)
    except LedgerError as problem:
        raise FailedError(str(problem)) from problem
    if listed is None:
        typer.echo("No service day is open: nobody waits.")
        return
    if out is None and printer is None:
        typer.echo(told(listed, language))
        return
    pages = sheets(listed, language)
    try:
        if out is not None:
            write_whole(out, _file(pages, out.suffix), private=True)
        if printer is not None:
            _print(pages, printer)
    except OSError as problem:
        raise FailedError(f"{out or printer}: {problem.strerror or problem}") from problem


def _file(pages: list[Image.Image], ending: str) -> bytes:
    written = io.BytesIO()
    if ending == ".png":
        pages[0].save(written, "PNG")
    elif ending == ".pdf":
        pages[0].save(written, "PDF", save_all=True, append_images=pages[1:], resolution=DOTS_AN_INCH)
    else:
        raise CommandError(f"--out: a file that ends in .pdf or .png is expected, not {ending or 'one without an ending'!r}")
    return written.getvalue()


def _print(pages: list[Image.Image], printer: str) -> None:
    host, _, port = printer.rpartition(":")
    if not host or not port.isdecimal():
        raise CommandError(f"--printer: expected an address and a port like 192.0.2.20:9100, not {printer!r}")
    with socket.create_connection((host, int(port)), PRINTER_SECONDS) as wire:
        for page in pages:
            wire.sendall(b"".join(raster.job(page, cutter=True)))
