"""Two answers, one honest vote: pairs, votes, where they are kept, what they say, and how they leave."""
