"""One patient's path: the table of it, what each step does, what is refused and what comes next, what is seen on the way."""
