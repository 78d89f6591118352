"""Shapes of answers and functions to call: read from pasted text, limited, written back, and checked.

Kept apart, and pure, because everything here works on text that a stranger pasted: nothing is executed, nothing is
fetched, and every fault is a value with a place.
"""
