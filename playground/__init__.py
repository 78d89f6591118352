"""Parameter Playground: see what every chat-completion parameter really does."""
