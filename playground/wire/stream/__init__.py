"""An answer's bytes: from server-sent events or a document to events, one dialect or another."""
