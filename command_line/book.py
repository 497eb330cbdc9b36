"""`nobat book`: one booking from the command line, as the phone menu makes them."""

from pathlib import Path
from typing import Annotated

import typer

from command_line.dates import gregorian, jalali
from command_line.numbers import whole_number
from command_line.operator import accepted, read_operator_settings
from command_line.reach import ask_store_or_ledger
from mqtt.contract import Book, Booked


def book(
    department: Annotated[int, typer.Option(parser=whole_number, metavar="CODE", help="The department's code.")],
    doctor: Annotated[
        int | None, typer.Option(parser=whole_number, metavar="CODE", help="The doctor's code; 0 is the first free one.")
    ] = None,
    mobile: Annotated[str | None, typer.Option(help="The patient's mobile, 09121234567.")] = None,
    date: Annotated[str | None, typer.Option(help="The Jalali date, 1405/09/03; without it the first free day.")] = None,
    operator: Annotated[Path | None, typer.Option(help="The operator's settings file.")] = None,
) -> None:
    """Book a place; prints the tracking code and the date."""
    asked = Book(department=department, doctor=doctor, mobile=mobile, date=gregorian(date) if date is not None else None)
    booked = accepted(ask_store_or_ledger(read_operator_settings(operator), asked), Booked)
    time = booked.time or f"{booked.session_starts}-{booked.session_ends}"
    doctor_words = f", doctor {booked.doctor}" if booked.doctor else ""
    typer.echo(f"{booked.code}  {jalali(booked.date)} {time}  department {booked.department}{doctor_words}")
