"""Why a file cannot be read, as words that stand behind its name."""


def why_unreadable(problem: Exception) -> str:
    """What went wrong, without the file's name and the system's number for it, where the system adds them."""
    return problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
