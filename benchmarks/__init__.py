"""How fast the house is, each figure beside the leanest floor on the same machine in the same run: python -m benchmarks."""
