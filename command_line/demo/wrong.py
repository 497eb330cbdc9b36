"""The one error of the demo's morning."""


class ScriptError(Exception):
    """Something in the morning went otherwise than its script says; the message says what."""
