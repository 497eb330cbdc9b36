"""What an office's morning leaves behind: tickets, letters, slips, batches, statistics; and whether it all holds together."""

import csv
import json
from collections import Counter

from booking_store.database import LedgerError
from booking_store.office_statistics import cycle_of, office_figures
from booking_store.reports import ticket_stories
from command_line.demo.clinic import Clinic
from command_line.demo.outcome import gather_screens, write_papers
from command_line.demo.programme import demo_days
from rules.small_counts import HIDDEN

FEWEST_LETTERS = 12


def write_office_outcome(clinic: Clinic, played: list[str], wrongs: list[str]) -> list[str]:
    """Write the folder's files; returns `wrongs` and what does not hold together besides, empty when all is well."""
    office = clinic.site.office
    _, today = demo_days(clinic.site)
    cycle = office.cycle_on(today) if office is not None else None
    try:
        stories = ticket_stories(clinic.database)
        figures = office_figures(clinic.database, lambda site: cycle_of(site, cycle.number if cycle is not None else 0))
    except LedgerError as problem:
        return [*wrongs, str(problem)]
    papers = write_papers(clinic)
    gather_screens(clinic.out / "screens")
    with (clinic.out / "statistics.csv").open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("table", "word", "count"))
        for table, counts in figures.for_outside().items():
            writer.writerows((table, word, HIDDEN if count is None else count) for word, count in counts.items())
    letters = sorted(path.name for path in (clinic.out / "letters").glob("1*[0-9].pdf"))
    numbers = Counter(story["number"] for story in stories)
    checks = {
        f"no number twice: {[number for number, count in numbers.items() if count > 1]}": max(numbers.values(), default=0) <= 1,
        f"a paper for each of {len(stories)}, not {papers}": papers >= len(stories),
        f"a case for each new request: {figures.opened}": figures.opened >= FEWEST_LETTERS,
        f"at least {FEWEST_LETTERS} letters, not {len(letters)}": len(letters) >= FEWEST_LETTERS,
        f"a sheet for each of {figures.letters['issued']} letters, not {len(letters)}": len(letters)
        == figures.letters["issued"],
        "one letter was replaced": figures.letters["replaced"] == 1,
        "some letters were used": figures.letters["used"] > 0,
    }
    wrongs = [*wrongs, *(sentence for sentence, holds in checks.items() if not holds)]
    summary = {
        "tickets": stories,
        "papers": papers,
        "cases": figures.opened,
        "letters": letters,
        "days_to_decision": figures.days.median,
        "scenes": played,
        "wrong": wrongs,
    }
    (clinic.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return wrongs
