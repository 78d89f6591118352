"""Where votes are kept: the database, its schema, and the facts that are counted."""
