"""What of the site is set by forms, section by section: pure, made from the document in force and giving the changed one."""
