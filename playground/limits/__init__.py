"""Limits of a public page: how much each visitor may do, and how much of the owner's key all may spend."""
