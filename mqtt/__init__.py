"""What the programs say to each other: the contract, and a session that keeps it over MQTT 5."""
