"""Tests of mqtt/: the contract, the session and the broker, with a real mosquitto."""
