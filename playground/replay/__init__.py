"""What did this change do: one question asked before and after it, with all else held still, once or over seeds."""
