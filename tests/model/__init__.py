"""A model of how tickets, presses and calls survive faults: small worlds, explored exhaustively (docs/protocol.md)."""
