"""One way to reach a server: what is sent to which kind of server, and how its answer becomes events.

This is the only place that speaks HTTP to a model; everything above sees events.
"""
