"""The sweeps' view on the page, and its requests."""
