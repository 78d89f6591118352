"""A folder of tests that share one browser: what pytest calls a package, and ends with the last of them."""
