"""The patient's own page: a code on the ticket opens «نفرات پیش از شما», at an address of its own."""
