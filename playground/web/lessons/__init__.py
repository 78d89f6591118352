"""The lessons' view on the page, its requests, and a hand-out of each lesson to print."""
