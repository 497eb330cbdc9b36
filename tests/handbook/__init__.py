"""The pages that are made out of the code say what the code does."""
