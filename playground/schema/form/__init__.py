"""A flat form of a JSON Schema, for a page to show and edit."""
