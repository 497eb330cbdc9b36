"""The site file as forms change it: each function takes its text and gives the new one, all else letter for letter."""
