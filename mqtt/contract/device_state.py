"""What a device says of itself, retained on `device/{device}`."""

from mqtt.contract.words import PrinterStatus, Seen
from mqtt.fields import Boot, Commit, Struct


class Health(Struct, frozen=True):
    """How a device is, for screens, pages and the technician."""

    printer: PrinterStatus = PrinterStatus.NONE
    input_ok: bool = True
    speaker_ok: bool = True
    stuck_keys: tuple[str, ...] = ()
    refused_messages: int = 0  # messages that did not fit the contract
    dropped_events: int = 0  # a full inbox
    spoken_call: Commit | None = None  # the last call id spoken, within the showing epoch
    unsettled: int = 0  # papers of which the store has not said that it knows
    faults: tuple[str, ...] = ()  # what a technician has to see to, in English: "kavenegar: no credit (418)"
    temperature_c: int | None = None  # of the processor; None: this machine does not tell
    memory_mb: int | None = None  # what the program itself holds
    clock_off_seconds: int | None = None  # its own clock less the store's; None: the store was not heard yet


class DeviceState(Struct, frozen=True):
    """device -> all, `device/{device}`. The last will says up=False; readers ignore one older than they know."""

    device: str
    up: bool
    connection: str
    boot: Boot = ""
    version: str = ""
    role: str = ""
    showing: Seen | None = None
    health: Health = Health()
    obeyed: str = ""  # the id of the last order that this run of it took
