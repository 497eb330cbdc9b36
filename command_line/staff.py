"""`nobat staff`: who may sign in on the staff's pages. On the store's machine, by whoever may write the accounts' file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, TypeVar

import msgspec
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from command_line.operator import CommandError
from staff_console import accounts
from staff_console.accounts import Account, AccountsError
from staff_console.rights import Role

app = typer.Typer(help="The accounts of the staff's pages.", no_args_is_help=True)

Done = TypeVar("Done")
ACCOUNTS_FILE: Final = Path("/var/lib/nobat-console/staff.json")
NameArgument = Annotated[str, typer.Argument(help="What they sign in with: small Latin letters, digits, _ . or -")]
FileOption = Annotated[Path, typer.Option("--accounts-file", help="As the console's own file names it.")]
RoleOption = Annotated[Role, typer.Option("--role", help="What they are here; docs/staff.md says what each role may do.")]


@dataclass(frozen=True, slots=True)
class _Accounts:
    """The file, read; `put` writes it anew."""

    file: Path
    known: Mapping[str, Account]

    def of(self, name: str) -> Account:
        found = self.known.get(name)
        if found is None:
            raise CommandError(f"nobody is called {name!r}; nobat staff list shows who there is")
        return found

    def put(self, account: Account) -> None:
        _told(lambda: accounts.write(self.file, {**self.known, account.name: account}))


@app.command()
def add(
    name: NameArgument,
    role: RoleOption,
    shown: Annotated[str, typer.Option("--shown", help="The name that pages show: «سارا احمدی».")] = "",
    file: FileOption = ACCOUNTS_FILE,
) -> None:
    """Make an account; its password is asked for, twice."""
    there = _read(file)
    if name in there.known:
        raise CommandError(f"{name} is there already; nobat staff password {name} gives another password")
    there.put(_told(lambda: accounts.account(name, shown, role, _asked_password())))
    typer.echo(f"{name} may sign in as {role.value}.")


@app.command()
def password(name: NameArgument, file: FileOption = ACCOUNTS_FILE) -> None:
    """Give an account another password; whoever is signed in with it is out."""
    there = _read(file)
    old = there.of(name)
    there.put(_told(lambda: accounts.account(old.name, old.shown, old.role, _asked_password())))
    typer.echo(f"{name} has another password.")


@app.command()
def role(
    name: NameArgument,
    new: Annotated[Role, typer.Argument(metavar="ROLE", help="The new one.")],
    file: FileOption = ACCOUNTS_FILE,
) -> None:
    """Give an account another role, from the next click on."""
    there = _read(file)
    there.put(msgspec.structs.replace(there.of(name), role=new))
    typer.echo(f"{name} is {new.value} now.")


@app.command()
def remove(name: NameArgument, file: FileOption = ACCOUNTS_FILE) -> None:
    """Take an account away, and with it whoever is signed in. The audit trail keeps the name."""
    there = _read(file)
    gone = there.of(name).name
    _told(lambda: accounts.write(file, {one: account for one, account in there.known.items() if one != gone}))
    typer.echo(f"{name} cannot sign in any more.")


@app.command("list")
def list_(file: FileOption = ACCOUNTS_FILE) -> None:
    """Who may sign in, and as what."""
    table = Table("name", "role", "shown", box=SIMPLE_HEAD)
    for account in _read(file).known.values():
        table.add_row(account.name, account.role.value, account.shown)
    Console().print(table)


def _read(file: Path) -> _Accounts:
    return _Accounts(file, _told(lambda: accounts.read(file)))


def _asked_password() -> str:
    words: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return words


def _told(act: Callable[[], Done]) -> Done:
    try:
        return act()
    except AccountsError as problem:
        raise CommandError(str(problem)) from problem
