"""The console as a program, beside a real broker and a real store, and a browser's way in."""

import re
import subprocess
import sys
import time
from pathlib import Path

import httpx

from staff_console import accounts
from staff_console.rights import Role
from tests.broker import free_port
from tests.command_line.clinic import Clinic

ROOT = Path(__file__).parents[2]
PASSWORD = "four words easily kept"  # noqa: S105
SECONDS = 30.0


class Console:
    """`python -m staff_console` of one clinic, with one account of each role, named after it."""

    def __init__(self, clinic: Clinic) -> None:
        self.clinic = clinic
        self.port, self.metrics_port = free_port(), free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.accounts_file = clinic.folder / "staff.json"
        made = {role.value: accounts.account(role.value, role.value.title(), role, PASSWORD) for role in Role}
        accounts.write(self.accounts_file, made)
        self.proposals = clinic.folder / "proposals"
        self.proposals.mkdir(exist_ok=True)
        self.errors = clinic.folder / "console.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and come back when it serves."""
        login = self.clinic.broker.login("operator")
        file, key = self.clinic.folder / "console.toml", self.clinic.store.identity_key
        file.write_text(
            f'schema = 1\nsite = "small"\ndevice = "operator"\ndatabase = "{self.clinic.store.url}"\n'
            f'accounts_file = "{self.accounts_file}"\nlisten = "127.0.0.1:{self.port}"\n'
            f'metrics_listen = "127.0.0.1:{self.metrics_port}"\n'
            f'proposals_folder = "{self.proposals}"\n'
            + (f'identity_key = "{key}"\n' if key is not None else "")
            + f'[broker]\nport = {login.port}\npassword_file = "{login.password_file}"\n',
            encoding="utf-8",
        )
        with self.errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "staff_console", str(file)], stdout=errors, stderr=errors, cwd=ROOT
            )
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/sign-in", timeout=SECONDS).status_code == 200:
                    return
            except httpx.TransportError:
                assert self._process.poll() is None, self.errors.read_text(encoding="utf-8")
                time.sleep(0.05)
        raise AssertionError(self.errors.read_text(encoding="utf-8"))

    @property
    def pid(self) -> int:
        """The process, for those who look at it from outside."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """Power cut."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)

    def browser(self, role: Role = Role.RECEPTION) -> "Browser":
        """Somebody of this role, signed in."""
        return Browser(self.url, role.value)


class Browser:
    """As much of a browser as forms need."""

    def __init__(self, url: str, name: str, password: str = PASSWORD) -> None:
        self.client = httpx.Client(base_url=url, timeout=SECONDS)
        self.signed_in = self.client.post("/sign-in", data={"name": name, "password": password})

    def page(self, path: str = "/") -> str:
        """What a page says."""
        response = self.client.get(path)
        response.raise_for_status()
        return response.text

    def until(self, pattern: str, path: str = "/") -> "re.Match[str]":
        """What the page says at last: state comes over the broker, a moment after."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = re.search(pattern, page := self.page(path), flags=re.DOTALL)
            if found is not None:
                return found
            time.sleep(0.05)
        raise AssertionError(f"{pattern} is not in {page}")

    def form_token(self) -> str:
        """The token of this session's forms."""
        found = re.search(r'name="form_token" value="([^"]+)"', self.page())
        assert found is not None
        return found[1]

    def act(self, **form: str) -> httpx.Response:
        """Send a form as the page's script does."""
        whole = {"form_token": self.form_token(), **form}
        return self.client.post("/act", data=whole, headers={"accept": "application/json"})

    def press(self, what: str, point: str, **form: str) -> httpx.Response:
        """A press at a point as the page shows it now."""
        at = rf'name="what" value="{what}">\s*<input type="hidden" name="point" value="{point}">\s*'
        seen = r'<input type="hidden" name="epoch" value="([^"]+)">\s*<input type="hidden" name="revision" value="(\d+)">'
        found = self.until(at + seen)
        return self.act(what=what, point=point, epoch=found[1], revision=found[2], **form)
