"""Texts as the store hands them out, for the tests of gateways and of the worker."""

from mqtt.contract import TextToFollow, TextToSend

NOW_MS = 1_795_000_000_000
MOBILE = "09121234567"
CODE = "کلینیک کوثر: نوبت یکشنبه ۱۴۰۵/۰۹/۰۱ ساعت ۹:۳۰، کد ۱۲۳۴۵۶۷۸"


def letter(
    text: int = 7, to: str = MOBILE, body: str = CODE, *, attempt: int = 1, asked_of: str | None = None, doubts: int = 0
) -> TextToSend:
    """A text that is good for a day."""
    return TextToSend(
        id=text,
        attempt=attempt,
        to=to,
        body=body,
        expires_at_ms=NOW_MS + 24 * 3600 * 1000,
        lease_until_ms=NOW_MS + 120_000,
        asked_of=asked_of,
        doubts=doubts,
    )


def followed(gateway_id: str, gateway: str = "gateway") -> TextToFollow:
    return TextToFollow(id=7, attempt=1, gateway=gateway, gateway_id=gateway_id)
