"""Counters, rooms and the waiting room."""
