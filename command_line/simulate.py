"""`nobat simulate`: whole clinic days with faults, on a virtual clock, judged by the laws of the house."""

import logging
import os
from typing import Annotated

import typer


def simulate(
    number: Annotated[int, typer.Option("--days", min=1, help="How many days.")] = 10,
    seed: Annotated[int, typer.Option(help="The first day's seed; the next day has the next.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Processes at once.")] = os.cpu_count() or 1,
    calm: Annotated[bool, typer.Option("--calm", help="Without any fault.")] = False,
) -> None:
    """Let whole clinic days happen in seconds: patients, clerks, callers, and over sixty faults a day."""
    from simulation.report import Report, days, story  # noqa: PLC0415  a clinic's own commands load no world

    logging.disable(logging.CRITICAL)  # stores that die and disks that are full are what is wanted here
    report = Report()
    for verdict in days(range(seed, seed + number), min(jobs, number), faults=not calm):
        report.add(verdict)
        if verdict.violations:
            typer.echo("\n".join(story(verdict)))
    typer.echo("\n".join(report.lines()))
    if report.broken:
        raise typer.Exit(1)
