"""A machine goes to another release, or stays whole with the one that it has: the bundle, the plan, its steps, the way back."""
