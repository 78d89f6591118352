"""A request out of what was pasted: a curl command, a JSON body, a Python call. Read, and never run."""
