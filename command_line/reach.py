"""Ask the store: through the broker while one runs, else at the ledger itself, under the store's own lock."""

from command_line.operator import OperatorSettings, at_the_desk
from mqtt.contract import Answer, Operation


def ask_store(settings: OperatorSettings, operation: Operation) -> Answer:
    """The answer to one operation; CommandError when neither a store nor its ledger can be reached."""
    with at_the_desk(settings) as desk:
        return desk.ask(operation)
