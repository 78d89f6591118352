"""Probes: whether a server honours a parameter, found out on demand by a few short answers."""
