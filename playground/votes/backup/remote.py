"""The dataset on the Hub as a place of files: prepared once, read at a commit, and changed on top of one."""

from __future__ import annotations

import hashlib
from pathlib import Path
from tempfile import TemporaryDirectory

from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import RemoteEntryNotFoundError

from playground.errors import BackupError
from playground.votes.backup.card import CARD, EARLIER
from playground.votes.backup.lines import without as without_lines
from playground.votes.store.withdrawals import Outstanding

Change = CommitOperationAdd | CommitOperationDelete


class Remote:
    """One dataset. Every call raises what the Hub's client does."""

    def __init__(self, dataset: str, api: HfApi) -> None:
        self._dataset, self._api = dataset, api
        self._prepared = False

    def prepare(self) -> None:
        """Makes the dataset, private, where it is missing; refuses one that others can read."""
        if self._prepared:
            return
        self._api.create_repo(self._dataset, repo_type="dataset", private=True, exist_ok=True)
        if self._api.repo_info(self._dataset, repo_type="dataset").private is not True:
            raise BackupError(
                f"The dataset {self._dataset} is public, so no vote is copied to it.",
                "Make it private on the Hub, or name another one.",
                certain=True,
            )
        card = self.read("README.md", "main")
        if card is None or hashlib.sha256(card).hexdigest() in EARLIER:
            self._api.create_commit(
                self._dataset,
                [CommitOperationAdd("README.md", CARD.encode())],
                commit_message="Say what these votes are",
                repo_type="dataset",
            )
        self._prepared = True

    def head(self) -> str:
        """The newest commit."""
        return self._api.repo_info(self._dataset, repo_type="dataset").sha or ""

    def fetch(self, patterns: list[str], folder: str) -> None:
        """All files with such names, into this folder."""
        self._api.snapshot_download(
            self._dataset, repo_type="dataset", allow_patterns=patterns, local_dir=folder
        )

    def read(self, path: str, revision: str) -> bytes | None:
        """What is in this file of the dataset; None where there is none."""
        with TemporaryDirectory() as folder:
            try:
                file = self._api.hf_hub_download(
                    self._dataset, path, repo_type="dataset", revision=revision, local_dir=folder
                )
            except RemoteEntryNotFoundError:
                return None
            return Path(file).read_bytes()

    def change(self, changes: list[Change], title: str, on: str) -> str:
        """Makes a commit on this one, and on no other; returns its id."""
        return self._api.create_commit(
            self._dataset, changes, commit_message=title, repo_type="dataset", parent_commit=on
        ).oid

    def without(self, outstanding: Outstanding, head: str, written: str) -> tuple[list[Change], int]:
        """The files that are to lose lines, each as it is without them, and how many lines that are; but for the one
        that is written anew anyway.
        """
        changes: list[Change] = []
        fewer = 0
        for path, ids in outstanding.lines.items():
            content = None if path == written else self.read(path, head)
            if content is None:
                continue
            left = without_lines(content, ids)
            if left != content:
                fewer += content.count(b"\n") - left.count(b"\n")
                changes.append(CommitOperationAdd(path, left) if left else CommitOperationDelete(path))
        return changes, fewer
