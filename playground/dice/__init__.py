"""The dice: the distribution that a token was drawn from, what each parameter did to it, and the draw."""
