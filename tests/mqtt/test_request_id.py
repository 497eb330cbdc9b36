"""Request ids: two requests never share one, and each fits the contract."""

from uuid import UUID

import msgspec

from mqtt.fields import Id
from mqtt.request_id import request_id


def test_no_two_requests_of_two_runs_share_an_id() -> None:
    made = [request_id(boot, made_before) for boot in ("a" * 16, "b" * 16) for made_before in range(500)]
    assert len(set(made)) == len(made)
    assert all(UUID(one).hex == msgspec.convert(one, Id) for one in made)
