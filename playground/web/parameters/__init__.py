"""The parameters as rows of the page."""
