"""A copy of the votes on the HuggingFace Hub, and the service that keeps both."""
