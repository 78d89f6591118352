"""Functions that a model may call: out of Python or ready-made, offered as tools, and their calls checked."""
