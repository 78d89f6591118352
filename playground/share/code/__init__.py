"""The same request as a program: in Python by three clients, in JavaScript, by curl, and as plain JSON."""
