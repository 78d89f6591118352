"""What an answer, or several, show of what a parameter did."""
