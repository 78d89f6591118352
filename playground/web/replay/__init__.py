"""What a change did, on the page: one question before and after it, once or over seeds."""
