"""The [[gateways]] of phone_line's file, in the order in which they are asked; no secret stands in it, only where one is."""

from collections.abc import Sequence

from phone_line.gateways.file import File, FileSettings
from phone_line.gateways.gammu import Gammu, GammuSettings
from phone_line.gateways.gateway import Gateway
from phone_line.gateways.generic import Generic, GenericSettings
from phone_line.gateways.kavenegar import Kavenegar, KavenegarSettings
from phone_line.gateways.sms_ir import SmsIr, SmsIrSettings
from program.settings import SettingsError

GatewaySettings = KavenegarSettings | SmsIrSettings | GenericSettings | GammuSettings | FileSettings


def open_gateways(settings: Sequence[GatewaySettings]) -> tuple[Gateway, ...]:
    """The gateways, in the settings' order. Raises SettingsError: a secret that others may read, a name used twice."""
    names = [each.name for each in settings]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise SettingsError(f"two gateways are called {min(twice)}: give each a name of its own")
    return tuple(_opened(each) for each in settings)


def _opened(settings: GatewaySettings) -> Gateway:
    match settings:
        case KavenegarSettings():
            return Kavenegar(settings)
        case SmsIrSettings():
            return SmsIr(settings)
        case GenericSettings():
            return Generic(settings)
        case GammuSettings():
            return Gammu(settings)
        case FileSettings():
            return File(settings)
