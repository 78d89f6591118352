"""The dice on the page: the bars at a place of an answer, step by step, and throws over them."""
