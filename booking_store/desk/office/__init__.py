"""The insurance office at the desk: one function a request, as everywhere in the desk. docs/office.md tells the story."""
