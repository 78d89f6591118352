"""Makes a tiny model of random weights, on the spot: `python make_model.py GGUF FOLDER`, in the other environment.

It runs beside transformers and PyTorch, which the playground does not have. Its tokenizer and chat template are those
of the embedded model, so that nothing is downloaded.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM


def main() -> None:
    """Writes the model and its tokenizer into FOLDER; the weights are the same each time."""
    file, folder = Path(sys.argv[1]), sys.argv[2]
    tokenizer = AutoTokenizer.from_pretrained(str(file.parent), gguf_file=file.name)
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=1,
        num_attention_heads=2,
        max_position_embeddings=2048,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    model = LlamaForCausalLM(config)
    model.generation_config.do_sample = True  # without it, temperature and seed have no effect there
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


if __name__ == "__main__":
    main()
