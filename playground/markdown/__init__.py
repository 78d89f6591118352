"""Markdown: a model's text as data, from which the page makes nodes. No markup leaves here, and nothing is run."""
