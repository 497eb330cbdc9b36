"""The pictures of docs/staff.md: python -m tests.staff_console.screenshots [PART OF A NAME ...], or make screenshots.

Kosar's clinic at half past ten of a made-up year's last morning (benchmarks/year.py, the same one each time), with a broker,
its store, its devices and the pages. A picture has 64 colours: they are read, not printed.
"""

import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from benchmarks import year
from mqtt.contract import Health, PrinterStatus
from staff_console.rights import Role
from tests.command_line.clinic import Clinic
from tests.staff_console.device import Device
from tests.staff_console.running import PASSWORD, Console

FOLDER: Final = Path(__file__).parents[2] / "docs" / "pictures" / "staff"
DESK: Final = {"width": 1366, "height": 768}
TELEPHONE: Final = {"width": 390, "height": 800}
COLOURS: Final = 64
PAGES: Final = {
    "reception": "/",
    "ticket": "/ticket/{waiting}",
    "bookings": "/bookings",
    "days": "/days",
    "one-day": "/days/2026-11-22/11/1",
    "sessions": "/days/2026-11-24/11/1/sessions",
    "date": "/days/2026-11-24",
    "calendar": "/calendar",
    "absence": "/absence",
    "today": "/today",
    "statistics": "/statistics",
    "outlook": "/statistics/outlook",
    "wall": "/wall",
    "devices": "/devices",
    "audit": "/audit",
    "settings": "/settings",
    "texts": "/settings/texts",
    "site-file": "/settings/file",
    "history": "/settings/history",
}
"""Every page that can be looked at, and where it is; test_screenshots.py says which addresses are none."""
IN_ENGLISH: Final = ("reception", "devices")
ON_A_TELEPHONE: Final = ("reception", "devices")
DEVICES: Final = {
    "kiosk-1": ("kiosk", Health(printer=PrinterStatus.PAPER_LOW, temperature_c=58, memory_mb=96)),
    "counter-1": ("counter", Health(temperature_c=51, memory_mb=71)),
    "counter-2": ("counter", Health(temperature_c=52, memory_mb=71)),
    "room-1": ("room", Health(temperature_c=49, memory_mb=70)),
    "room-2": ("room", Health(temperature_c=82, memory_mb=70)),
    "waiting-room-1": ("waiting_room", Health(temperature_c=57, memory_mb=83)),
    "phone-1": ("phone", Health(temperature_c=50, memory_mb=61)),
}
GONE: Final = "counter-3"


@contextmanager
def running() -> Iterator[Console]:
    """The clinic and its pages."""
    folder = Path(tempfile.mkdtemp(prefix="nobat-screenshots-"))
    clinic = Clinic(folder)
    devices = []
    try:
        year.make(clinic.store.url)
        clinic.store.site_file = year.SITE_FILE
        moment = year.moment_ms(year.TODAY, year.NOW) / 1000
        clinic.store.offset.write_bytes(struct.pack("d", moment - time.time()))  # noqa: TID251  the store's clock, in a test
        clinic.open()
        devices = [Device(clinic.broker, name, role, health).start() for name, (role, health) in DEVICES.items()]
        console = Console(clinic)
        console.start()
        try:
            _at_work(clinic, console)
            yield console
        finally:
            console.kill()
    finally:
        for device in devices:
            device.leave()
        clinic.close()
        shutil.rmtree(folder)


def _at_work(clinic: Clinic, console: Console) -> None:
    """Two points have called somebody, one ticket is urgent, and a counter's screen has gone."""
    technician = console.browser(Role.TECHNICIAN)
    gone = Device(clinic.broker, GONE, "counter").start()
    technician.until(f"identify-{GONE}", "/devices")
    gone.leave()
    technician.until(f'class="gone".*?{GONE}', "/devices")
    technician.until("۶۱ مگابایت", "/devices")
    reception = console.browser(Role.RECEPTION)
    for point in ("counter-1", "room-1"):
        assert reception.press("call_next", point).json()["done"]
    waiting = reception.until(r'data-number="(\d+)"')
    assert reception.act(what="make_urgent", number=waiting[1], why="تب بالا").json()["done"]


def pictures(console: Console, browser: Chromium, wanted: list[str]) -> Iterator[tuple[str, bytes]]:
    """Name and PNG of each."""
    page, technician = signed_in(console, browser, Role.MANAGER), signed_in(console, browser, Role.TECHNICIAN)
    page.wait_for_selector("#group-waiting tbody tr")
    waiting = page.locator("#group-waiting tbody tr").first.get_attribute("data-number")
    looks = [(name, "fa", DESK) for name in PAGES]
    looks += [(name, "en", DESK) for name in IN_ENGLISH] + [(name, "fa", TELEPHONE) for name in ON_A_TELEPHONE]
    for name, language, size in looks:
        called = name + ("-en" if language == "en" else "") + ("-telephone" if size is TELEPHONE else "")
        if wanted and not any(part in called for part in wanted):
            continue
        looking = technician if name == "devices" else page
        looking.set_viewport_size(size)
        looking.goto(f"/language/{language}")
        looking.goto(PAGES[name].format(waiting=waiting))
        looking.evaluate("document.fonts.ready")
        yield called, looking.screenshot()
    page.close()
    technician.close()


def signed_in(console: Console, browser: Chromium, role: Role) -> Page:
    """Somebody of this role, before the first page."""
    page = browser.new_page(viewport=DESK, base_url=console.url)
    page.goto("/sign-in")
    page.fill("#name", role.value)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("main .points")
    return page


def keep(name: str, png: bytes, folder: Path = FOLDER) -> int:
    """Keep a picture small; its size in bytes."""
    path = folder / f"{name}.png"
    path.write_bytes(png)
    with Image.open(path) as drawn:
        small = drawn.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small.save(path, optimize=True)
    return path.stat().st_size


def main(parts: list[str]) -> None:
    """Draw and keep all pictures, or those whose name contains one of `parts`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running() as console, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        sizes = [keep(name, png) for name, png in pictures(console, browser, parts)]
        browser.close()
    print(f"{len(sizes)} pictures, {sum(sizes) // 1024} KB, in {FOLDER}")


if __name__ == "__main__":
    main(sys.argv[1:])
