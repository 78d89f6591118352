"""Measures the speed of the page and of the transport, beside others and in one run; `make bench` runs it.

Kept apart from the tests because times on a shared machine are no verdict: they are printed beside their bars.
"""
