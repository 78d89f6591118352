"""Lessons: predict, run, reveal. Each is a Markdown file whose claims are tested on the embedded model."""
