"""The `nobat` command: each subcommand stands in a file of its own; a user's mistake ends in words, never in a traceback."""

import logging
import sys

import typer

from command_line import (
    absent,
    board,
    book,
    call,
    day,
    go,
    late,
    letter,
    load,
    office,
    order,
    prompts,
    report,
    simulate,
    staff,
    texts,
    voice,
)
from command_line.demo import command as demo
from command_line.doctor import command as doctor
from command_line.enrolment import command as enrolment
from command_line.first_boot import command as first_boot
from command_line.operator import CommandError
from command_line.safekeeping import backup, copies, promote, restore, waiting
from command_line.schedule import command as schedule
from command_line.upgrade import command as upgrade

app = typer.Typer(
    help="Nobat (نوبت): a clinic's queue. Every command says what it did; --help explains each.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},  # for every subcommand too
)
app.command("demo")(demo.demo)
app.command("load")(load.load)
app.command("book")(book.book)
app.command("late")(late.late)
app.command("absent")(absent.absent)
app.command("close")(absent.close)
app.command("board")(board.board)
app.command("call")(call.call)
app.command("order")(order.order)
app.command("enroll")(enrolment.enroll)
app.command("join")(enrolment.join)
app.command("first-boot")(first_boot.first_boot)
app.command("revoke")(enrolment.revoke)
app.command("doctor")(doctor.doctor)
app.command("report")(report.report)
app.command("schedule")(schedule.schedule)
app.command("backup")(backup.backup)
app.command("copies")(copies.copies)
app.command("restore")(restore.restore)
app.command("promote")(promote.promote)
app.command("waiting")(waiting.waiting)
app.command("go")(go.go)
app.command("upgrade")(upgrade.upgrade)
app.command("simulate")(simulate.simulate)
app.add_typer(day.app, name="day")
app.add_typer(texts.app, name="texts")
app.add_typer(staff.app, name="staff")
app.add_typer(letter.app, name="letter")
app.add_typer(office.app, name="office")
app.add_typer(voice.app, name="voice")
app.add_typer(prompts.app, name="prompts")


def main() -> None:
    """Run the command line; exits with 0 done, 1 something went wrong in the work itself, 2 a mistake in the asking."""
    logging.basicConfig(level=logging.ERROR, format="nobat: %(message)s")  # what is less than that, a command says itself
    try:
        app()
    except CommandError as mistake:
        print(f"nobat: {mistake}", file=sys.stderr)
        sys.exit(mistake.exit_status)


if __name__ == "__main__":
    main()
