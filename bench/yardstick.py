"""Serves Gradio's own chat page over the upstream, for comparison.

Kept apart, and in a process of its own, so that its CPU time can be told from everybody else's.
"""

from __future__ import annotations

import os

import gradio as gr


def main() -> None:
    """Serves until ended; prints the address. Without files, because only its plain text box has a Stop button.

    Without its limit either, by which it answers one visitor after the other.
    """
    chat = gr.load_chat(
        os.environ["BENCH_BASE_URL"], model="words", token="none", file_types=None, concurrency_limit=None
    )
    _, address, _ = chat.launch(quiet=True, prevent_thread_lock=True)
    print(address, flush=True)
    chat.block_thread()


if __name__ == "__main__":
    main()
