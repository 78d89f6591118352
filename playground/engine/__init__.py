"""The embedded model: a small GGUF file, run by llama.cpp's own server in a child process."""
