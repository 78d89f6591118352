"""For whoever runs the page: figures, logs, and whether it is well."""
