"""The officers' pages of an insurance office: what they show and what their forms say. docs/office.md tells the story."""
