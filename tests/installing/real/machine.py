"""A whole machine with its own kernel, screen and disks, whose plug can be pulled: QEMU.

What a guest has not brought to its disk by then is gone, as on a clinic's wall."""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.installing.real.roots import Root, until

SHELL: Final = """[Unit]
Description=The test's own line into the machine
[Service]
ExecStart=/bin/sh
StandardInput=tty
StandardOutput=tty
TTYPath=/dev/ttyS1
Restart=always
[Install]
WantedBy=multi-user.target
"""
STARTS_WITHIN_SECONDS: Final = 900
SHOWS_DISKS_WITHIN_SECONDS: Final = 900
"""A played processor on a busy machine shows its disks later than systemd waits for them."""
ACCEL: Final = os.environ.get("NOBAT_ACCEL", "kvm" if Path("/dev/kvm").exists() else "tcg")
"""tcg plays the processor in software: slow, and right also where a host's kvm is there and fails."""


def disk(file: Path, megabytes: int, *, content: Path | None = None) -> Path:
    """An ext4 disk with a folder's content, or an empty one without a file system."""
    with file.open("wb") as made:
        made.truncate(megabytes << 20)
    if content is not None:
        subprocess.run(["mke2fs", "-q", "-F", "-t", "ext4", "-d", str(content), str(file)], check=True)
    return file


@dataclass
class Machine:
    """`folder`: of its sockets; `disks`: the first has the root; `kernel`: a folder with vmlinuz and initrd.img."""

    folder: Path
    kernel: Path
    disks: list[Path]
    _process: "subprocess.Popen[bytes] | None" = None
    _line: socket.socket = field(default_factory=socket.socket)
    _asked: int = 0

    def switch_on(self, *, disks_within_seconds: int = SHOWS_DISKS_WITHIN_SECONDS) -> None:
        """Until its shell answers and its disks are where they belong. Programs may still start then: on a processor that is
        played that takes minutes. A disk that is missing is waited for so long."""
        patience = f"systemd.default_device_timeout_sec={disks_within_seconds} systemd.default_timeout_start_sec=900"
        line, monitor = self.folder / "line", self.folder / "monitor"
        for left in (line, monitor):
            left.unlink(missing_ok=True)
        drives = [word for disk in self.disks for word in ("-drive", f"file={disk},format=raw,if=virtio,cache=writeback")]
        self._process = subprocess.Popen(
            ["qemu-system-x86_64", "-accel", ACCEL, "-m", "1024", "-smp", "1", "-no-reboot", "-display", "none",
             "-device", "virtio-vga,xres=1024,yres=600", "-nic", "none", *drives,
             "-kernel", str(self.kernel / "vmlinuz"), "-initrd", str(self.kernel / "initrd.img"),
             "-append", f"root=/dev/vda rw console=ttyS0 video=Virtual-1:1024x600 {patience}",
             "-serial", f"file:{self.folder / 'console'}", "-serial", f"unix:{line},server,wait=off",
             "-monitor", f"unix:{monitor},server,wait=off"],
            stdin=subprocess.DEVNULL, stdout=(self.folder / "qemu").open("ab"), stderr=subprocess.STDOUT,
        )  # fmt: skip
        until(line.exists, 30, "no machine")
        self._line = socket.socket(socket.AF_UNIX)
        self._line.settimeout(2)
        self._line.connect(str(line))
        until(self._answers, STARTS_WITHIN_SECONDS, f"it does not start: {self.folder / 'console'}")
        until(lambda: self.run("systemctl is-active basic.target || true") == "active", STARTS_WITHIN_SECONDS, "still starting")

    def pull_the_plug(self) -> None:
        """Now, whatever it does."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()
        self._line.close()

    def shut_down(self) -> None:
        """As it should be."""
        assert self._process is not None
        self._line.sendall(b"systemctl poweroff\n")
        self._process.wait(STARTS_WITHIN_SECONDS)
        self._line.close()

    def run(self, command: str, *, seconds: float = 600) -> str:
        """What a command of the shell says. AssertionError when it fails, or says nothing in time."""
        self._asked += 1
        end = f"<{self._asked}:"
        self._line.sendall(f"{command} 2>&1; printf '<%s:%s>\\n' {self._asked} $?\n".encode())
        said = ""
        until_time = time.monotonic() + seconds
        while end not in said or not said.rstrip().endswith(">"):
            assert time.monotonic() < until_time, f"{command}: no answer, but {said}"
            with contextlib.suppress(TimeoutError):
                said += self._line.recv(65536).decode(errors="replace")
        text, _, status = said.replace("\r", "").rpartition(end)
        assert status.strip() == "0>", f"{command}\n{text}"
        return text.strip()

    def picture(self, file: Path) -> Path:
        """What is on its screen, as PPM."""
        with socket.socket(socket.AF_UNIX) as monitor:
            monitor.connect(str(self.folder / "monitor"))
            monitor.sendall(f"screendump {file}\n".encode())
            until(lambda: file.exists() and file.stat().st_size > 0, 30, "no picture")
        return file

    def _answers(self) -> bool:
        with contextlib.suppress(TimeoutError):
            self._line.sendall(b"\nstty -echo; PS1=; PS2=; printf 'here-%s\\n' i-am\n")
            heard = b""
            while b"here-i-am\r\n" not in heard:
                heard += self._line.recv(65536)
            with contextlib.suppress(TimeoutError):
                while True:
                    self._line.recv(65536)  # of the questions before
            return True
        return False


def with_a_line(root: Root) -> None:
    """A shell on the second serial port."""
    root.at("/etc/systemd/system/line.service").write_text(SHELL)
    root.run("systemctl", "enable", "line")


@contextlib.contextmanager
def switched_on(machine: Machine) -> Iterator[Machine]:
    """The machine runs, and nothing of it is left at the end."""
    try:
        machine.switch_on()
        yield machine
    finally:
        machine.pull_the_plug()
