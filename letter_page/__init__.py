"""The page of a letter: whoever has its code is told one word, and a service office marks it as used with its own PIN."""
