"""The page's requests about rooms, and the page of a room itself."""
