"""Messages to bytes and back, strictly: what does not fit the contract is unfit, with the reason, and nothing else."""

import re
from typing import Final

import msgspec

from mqtt.contract import BY_NAME, PROTOCOL, REQUEST, REQUEST_LIMIT_BYTES, Message, Reason, Request, Topic

MESSAGE_LIMIT_BYTES: Final = 256 * 1024
"""No message is larger. The broker's max_packet_size stands above it: a larger publish would disconnect its sender."""
WHY_LIMIT: Final = 200
"""Letters of a reason: it quotes what was sent, and stands in a log and in a reply."""

_encoder: Final = msgspec.json.Encoder()
_decoders: Final[dict[str, msgspec.json.Decoder[Message]]] = {
    topic.name: msgspec.json.Decoder(topic.message) for topic in BY_NAME.values()
}


_QUOTED: Final = re.compile(r"""(['"]).*\1""", re.DOTALL)
"""What a decoder quotes of a message it refuses may be anybody's mobile, and goes into logs and answers."""


class _Asker(msgspec.Struct, frozen=True):
    """As much of a broken request as an answer needs."""

    id: str


_asker: Final = msgspec.json.Decoder(_Asker)


class UnfitError(Exception):
    """Bytes that are no message of the contract. `request_id` is set when they are a request whose id can be read."""

    def __init__(self, why: str, reason: Reason = Reason.MALFORMED, request_id: str | None = None) -> None:
        super().__init__(why[:WHY_LIMIT])
        self.why = why[:WHY_LIMIT]
        self.reason = reason
        self.request_id = request_id


def prefix(site: str) -> str:
    """What every topic of `site` begins with."""
    return f"nobat/{PROTOCOL}/{site}/"


def split(path: str) -> tuple[str, str]:
    """ "board/hall-1" -> ("board", "hall-1"), "day" -> ("day", "")."""
    name, _, key = path.partition("/")
    return name, key


def join(name: str, key: str) -> str:
    """("board", "hall-1") -> "board/hall-1"."""
    return f"{name}/{key}" if key else name


def encode(message: Message) -> bytes:
    """The message as JSON in UTF-8. Raises UnfitError when it is larger than any reader accepts."""
    payload = _encoder.encode(message)
    limit = REQUEST_LIMIT_BYTES if isinstance(message, Request) else MESSAGE_LIMIT_BYTES
    if len(payload) > limit:
        raise UnfitError(f"{type(message).__name__} of {len(payload)} bytes, at most {limit} are sent", Reason.TOO_LARGE)
    return payload


def decode(name: str, payload: bytes) -> Message:
    """The message on topic `name` ("board", "request"). Raises UnfitError."""
    topic = BY_NAME.get(name)
    if topic is None:
        raise UnfitError(f"no topic {name!r} in the contract")
    if len(payload) > limit_of(topic):
        why = f"{len(payload)} bytes, at most {limit_of(topic)} are read"
        raise UnfitError(why, Reason.TOO_LARGE, _id_of(topic, payload))
    try:
        message = _decoders[name].decode(payload.decode())
    except UnicodeError as problem:
        raise UnfitError(str(problem)) from None
    except msgspec.MsgspecError as problem:
        raise UnfitError(_QUOTED.sub("'…'", str(problem)), request_id=_id_of(topic, payload)) from None
    except RecursionError as problem:
        raise UnfitError("nested too deep") from problem
    return message


def limit_of(topic: Topic) -> int:
    """The largest payload of `topic` in bytes."""
    return REQUEST_LIMIT_BYTES if topic is REQUEST else MESSAGE_LIMIT_BYTES


def _id_of(topic: Topic, payload: bytes) -> str | None:
    """The id of a request that is broken elsewhere; None for anything that nobody could wait for."""
    if topic is not REQUEST:
        return None
    try:
        return _asker.decode(payload).id
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
