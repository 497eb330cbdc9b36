"""A file for each page; pages that belong together have a folder."""
