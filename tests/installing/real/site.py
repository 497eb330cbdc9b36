"""A clinic on one machine: store, broker, a kiosk, a counter and a hall, each with the account that `nobat enroll` gave it."""

from typing import Final

from tests.installing.real.roots import Root

DEVICES: Final = {"kiosk-1": "nobat-kiosk@", "counter-1": "nobat-display@", "waiting-room-1": "nobat-display@"}
UNITS: Final = tuple(f"{unit}{device}.service" for device, unit in DEVICES.items())
SITE_FILE: Final = "/etc/nobat/sites/kosar_clinic.toml"
NO_CONSOLE: Final = """
[Unit]
Conflicts=
[Service]
StandardInput=null
TTYPath=
TTYReset=no
TTYVHangup=no
"""


NO_SCREEN: Final = """
[Unit]
ConditionPathExists=/dev/dri
"""


def without_a_screen(root: Root) -> None:
    """A container has no console and no card: the units that draw run without, and the compositor of two screens not at all."""
    told = dict.fromkeys(("nobat-kiosk@", "nobat-display@", "nobat-first-boot"), NO_CONSOLE) | {"nobat-screens": NO_SCREEN}
    for unit, text in told.items():
        dropin = root.at(f"/etc/systemd/system/{unit}.service.d/50-no-console.conf")
        dropin.parent.mkdir(exist_ok=True)
        dropin.write_text(text)


def enrolled(root: Root, *devices: str) -> dict[str, str]:
    """The store's machine is set up as docs/install.md says; the bundle of each device, drawn on no screen."""
    root.at(SITE_FILE).parent.mkdir(parents=True, exist_ok=True)
    root.run("cp", "/opt/nobat/current/sites/kosar_clinic.toml", SITE_FILE)
    root.run("nobat", "enroll", "--server", "127.0.0.1")
    bundles = {}
    for device in devices:
        root.run("nobat", "enroll", device)
        file = root.at(f"/etc/nobat/bundles/{device}.toml")
        text = file.read_text()
        headless = '[screen]\ndriver = "dummy"\n'
        bundles[device] = (
            text.replace("[screen]\n", headless)
            if "[screen]\n" in text
            else text.replace("\n[broker]\n", f"\n{headless}\n[broker]\n")
        )
        file.write_text(bundles[device])
    return bundles


def set_up(root: Root, *devices: str) -> None:
    """Devices of the clinic have joined, on this one machine; without a name: all."""
    chosen = devices or tuple(DEVICES)
    without_a_screen(root)
    enrolled(root, *chosen)
    for device in chosen:
        root.run("nobat", "join", f"/etc/nobat/bundles/{device}.toml")
    root.install()
