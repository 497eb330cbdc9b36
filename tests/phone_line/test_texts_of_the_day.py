"""The texts that the day's work brings, from the store to the gateway: to who is third in line, and to the technician."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from booking_store.ledger import Ledger
from mqtt.contract import CheckIn, DeviceState, Loaded
from phone_line.gateways.file import File, FileSettings
from tests.phone_line.clinic import TELEPHONE
from tests.phone_line.test_texts_with_the_store import Texting
from tests.store.clinic import SITE_FILE, Clinic, moment_ms

WORDS = """third = "نوبت {number}، شما نفر سوم هستید."
device_gone = "{device} از ساعت {since} نیست."

[texts]
technician = "09351234567"
"""


@pytest.fixture
def texting(tmp_path: Path) -> Iterator[Texting]:
    site_file = tmp_path / "clinic.toml"
    words = TELEPHONE.replace("[[devices]]", f"{WORDS}\n[[devices]]")
    site_file.write_text(SITE_FILE.read_text(encoding="utf-8") + words, encoding="utf-8")
    clinic = Clinic(lambda: Ledger.open(f"sqlite:///{tmp_path}/ledger.sqlite", moment_ms("06:00")))
    assert isinstance(loaded := clinic.load_site(site_file), Loaded), loaded
    yield Texting(clinic.at("08:00"), File(FileSettings(path=str(tmp_path / "texts.jsonl"))))
    clinic.ledger.close()


def sent(folder: Path) -> str:
    return (folder / "texts.jsonl").read_text(encoding="utf-8")


def test_who_is_third_is_texted_its_number_once(texting: Texting, tmp_path: Path) -> None:
    code = texting.book()
    number = texting.clinic.printed(CheckIn(code=code, service_day=texting.clinic.day))
    texting.live(120)
    persian = str(number).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert sent(tmp_path).count(f"نوبت {persian}، شما نفر سوم هستید.") == 1


def test_the_technician_is_texted_which_device_is_gone_and_since_when(texting: Texting, tmp_path: Path) -> None:
    devices = [device.id for device in texting.clinic.site.devices if device.role != "operator"]
    for device in devices:
        texting.clinic.store.hear_device(device, DeviceState(device=device, up=True, connection="c"), texting.clinic.now)
    gone = DeviceState(device="counter-2", up=False, connection="c")
    texting.clinic.store.hear_device("counter-2", gone, texting.clinic.now)
    texting.live(600)
    assert sent(tmp_path).count("counter-2 از ساعت ۸:۰۰ نیست.") == 1
    assert '"09351234567"' in sent(tmp_path)
