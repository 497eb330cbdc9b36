"""docs/reference.md: every setting of every file and every option of every command, out of the code itself."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from command_line.enrolment.bundle import Bundle
from command_line.operator import OperatorSettings
from handbook import commands, settings_files, site_file
from handbook.commands import Command
from handbook.settings_files import Section
from letter_page.settings import LetterPageSettings
from patient_page.settings import PatientPageSettings
from phone_line.settings import PhoneLineSettings
from program.settings import DeviceSettings
from staff_console.settings import ConsoleSettings

INTRODUCTION: Final = """# Every setting and every option

Made by `make handbook` out of the code that reads them: do not change it here. What it all means is told in
[commands.md](commands.md), in the example [kosar_clinic.toml](../sites/kosar_clinic.toml), and on the pages named here.

- A file is TOML, UTF-8, with `schema = 1`. A key that nobody reads is refused by its name, and so is a value of another kind.
- Digits in dates, times and codes may be Persian or Latin. Passwords and keys stand in files of their own, never in these.
- **must be written**: there is no usual value. *not set*: leaving it out means something, which its sentence says.
"""


@dataclass(frozen=True, slots=True)
class File:
    """One kind of settings file: what it is called, where it lies, which class reads it."""

    title: str
    where: str
    kind: type


FILES: Final = (
    File(
        "A device's file",
        "`/etc/nobat/{device}.toml`, made by `nobat enroll` ([install.md](install.md), [hardware.md](../hardware.md))",
        DeviceSettings,
    ),
    File(
        "The telephone's file",
        "`/etc/nobat/phone-1.toml` ([telephone.md](telephone.md), [texts.md](texts.md))",
        PhoneLineSettings,
    ),
    File("The staff's pages", "`/etc/nobat/console.toml` ([staff.md](staff.md))", ConsoleSettings),
    File("The patients' page", "`/etc/nobat/patient-page.toml` ([patient-page.md](patient-page.md))", PatientPageSettings),
    File("The page of letters", "`/etc/nobat/letter-page.toml` ([letter-page.md](letter-page.md))", LetterPageSettings),
    File(
        "The operator's file",
        "`/etc/nobat/operator.toml` ([commands.md](commands.md), [copies.md](copies.md))",
        OperatorSettings,
    ),
    File(
        "A device's bundle",
        "`nobat.toml` on its card; made by `nobat enroll`, never by hand ([install.md](install.md))",
        Bundle,
    ),
)


def page() -> str:
    """The whole page."""
    return "\n".join(_lines()).rstrip() + "\n"


def _lines() -> Iterator[str]:
    yield INTRODUCTION
    yield from _contents()
    yield "## The site file"
    yield ""
    yield "`/etc/nobat/sites/{site}.toml`, put in force by `nobat load` or on the staff's pages. Names are written"
    yield '`{ fa = "…", en = "…" }`; ranges of numbers `[first, last]`.'
    yield ""
    yield from _sections(site_file.sections())
    for file in FILES:
        yield f"## {file.title}"
        yield ""
        yield file.where
        yield ""
        yield from _sections(settings_files.sections_of(file.kind))
    yield "## Programs that are told by options"
    yield ""
    yield "On a clinic's machine the store's stand in `/etc/nobat/store.conf` and its unit"
    yield "([systemd](../systemd/README.md)). The other programs are given their file and nothing else:"
    yield "`python -m kiosk_device /etc/nobat/kiosk-1.toml`."
    yield ""
    yield from _commands(commands.programs())
    yield "## The command `nobat`"
    yield ""
    yield "What each does, with examples: [commands.md](commands.md)."
    yield ""
    yield from _commands(commands.nobat_commands())


def _contents() -> Iterator[str]:
    for title in ("The site file", *(file.title for file in FILES), "Programs that are told by options", "The command nobat"):
        yield f"- [{title}](#{title.lower().replace(' ', '-').replace(chr(39), '')})"
    yield ""


def _sections(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        yield f"### `{section.heading}`" if section.heading else "### At its top"
        yield ""
        if section.about:
            yield _for_readers(section.about)
            yield ""
        if section.settings:
            yield from (_for_readers(row) for row in settings_files.rows(section.settings))
            yield ""


def _for_readers(words: str) -> str:
    """The code's None is what a file does not write."""
    return words.replace("None:", "not set:")


def _commands(listed: Iterable[Command]) -> Iterator[str]:
    for command in listed:
        yield f"### `{command.name}`"
        yield ""
        yield command.about
        yield ""
        if command.options:
            yield from commands.rows(command.options)
            yield ""
