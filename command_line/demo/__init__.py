"""The whole clinic on one machine: `nobat demo`."""
