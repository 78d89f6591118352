"""Sweeps: one question under many settings, or put to many models, and what that changes in the answers."""
