"""What votes say: shares with intervals, comparisons, ratings."""
