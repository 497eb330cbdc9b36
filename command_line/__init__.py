"""The `nobat` command: the technician's and the demo's way in."""
