"""The site's settings: forms by section, and the whole as one file."""
