"""Votes as files: exports, what they are read back from, and rows to train on."""
