"""What a refusal says: its words, the parameter that it is about, and the numbers in it."""
