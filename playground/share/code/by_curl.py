"""The request by curl, for any POSIX shell, and as the plain JSON that is its body."""

from __future__ import annotations

import json
import shlex

from playground.share.code.sending import Sending, comments


def by_curl(sending: Sending) -> str:
    """A command for a shell. The body comes behind it as it is: between quotes the shell would read it first.

    In JSON a line break within a text is written as two letters, so that no line of a body can end it early.
    """
    address = sending.address
    options = ["--no-buffer"] if sending.streams else []
    options.append("-H 'Content-Type: application/json'")
    if address.variable:
        options.append(f'-H "Authorization: Bearer ${address.variable}"')
    if address.payer:
        options.append(f"-H {shlex.quote(f'X-HF-Bill-To: {address.payer}')}")
    options.append("--data-binary @- <<'JSON'")
    said = [*sending.heads, *sending.about.values()]
    command = " \\\n  ".join((f"curl {shlex.quote(f'{address.base_url}/chat/completions')}", *options))
    return f"{comments(said, '#')}{command}\n{as_json(sending)}JSON\n"


def as_json(sending: Sending) -> str:
    """The body, an item a line."""
    return json.dumps(sending.body, ensure_ascii=False, indent=2) + "\n"
