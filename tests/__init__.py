"""Tests read like sentences about the clinic; each folder mirrors a room of the house."""
