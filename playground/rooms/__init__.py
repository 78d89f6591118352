"""Rooms: a teacher and a class that predict, run and look together, on one machine."""
