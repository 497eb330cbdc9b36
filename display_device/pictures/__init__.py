"""Views to pictures: the counter's and room's screen, the waiting room's."""
