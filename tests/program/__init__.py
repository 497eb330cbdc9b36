"""Tests of program/: the inbox, the loop, the watchdog, the settings."""
