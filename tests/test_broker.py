"""The tests' own broker: when it has started, whoever comes is answered."""

import socket

from tests.broker import RunningBroker, answers


def test_a_broker_that_takes_connections_in_and_says_nothing_has_not_started(broker: RunningBroker) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        assert not answers(mute.getsockname()[1])
    assert answers(broker.port)
