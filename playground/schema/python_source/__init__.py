"""Pydantic classes as Python source: read into a JSON Schema without running them, and written from one."""
