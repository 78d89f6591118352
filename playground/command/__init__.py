"""The command line: `parameter-playground ask`, `sweep`, `probe`; without a word it serves the page."""
