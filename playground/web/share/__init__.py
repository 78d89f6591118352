"""The page's requests about handing on: code that sends what is set, and links that set it."""
