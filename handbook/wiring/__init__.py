"""The drawings of hardware.md, made from the pins that the programs use (program/settings.py)."""
