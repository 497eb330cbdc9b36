"""The clinic's telephone: the voice menu that books, and the worker that sends the texts."""
