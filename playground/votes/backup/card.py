"""The card of the dataset on the Hub: what is in it, and how a vote leaves it."""

from __future__ import annotations

from typing import Final

CARD: Final = """---
pretty_name: Votes of a Parameter Playground
tags:
- preference
- parameter-playground
configs:
- config_name: default
  data_files: votes/*/*.jsonl
---

# Votes of a Parameter Playground

One line per vote: two answers of language models to one conversation, and which of them a person preferred.
`record` holds the whole vote as JSON: the conversation, both answers, both sets of parameters as they were sent,
what the servers reported, the sides, the choice and its reasons. `choice` and `model_first` speak of slots, not of
positions: `first` used the person's own settings; where it stood says `shown_left` in the record.

The same `vote_id` can occur twice; the lines are then equal. A vote whose record names another one in `supersedes`
replaces it. The playground reads these files back and exports them for training.

## Votes that are taken back

Whoever voted can take the vote back by its receipt, on the page of votes. Its lines, and those of all other votes on
the same pair, leave these files with the next copy that the playground makes, and `taken_back.txt` lists their ids
alone, so that no other copy brings them here again. Votes cast before there were receipts have none.

Git keeps what was here: in earlier revisions of this dataset such lines stay until its owner squashes the history, by
`HfApi().super_squash_history("owner/name", repo_type="dataset")`; and what somebody has downloaded, they have.
"""

EARLIER: Final = frozenset({"1cc9760884fa4caa5d901d4646813b544dd35e95b84d87c64211c76db620a251"})
"""SHA-256 of the cards of earlier versions: one that nobody has altered is replaced by this one's."""
