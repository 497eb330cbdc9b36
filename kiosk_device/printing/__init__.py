"""A picture onto paper: one printer on a thread of its own, what it answers, and the bytes that it takes."""
