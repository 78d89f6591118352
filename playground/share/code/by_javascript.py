"""The request in JavaScript, by `openai`, which sends the object that it is given."""

from __future__ import annotations

from typing import Final

from playground.share.code.literals import JAVASCRIPT, literal
from playground.share.code.sending import NO_KEY, Sending, comments

_STREAM_SHOWN: Final = """for await (const chunk of answer) {
  process.stdout.write(chunk.choices[0]?.delta?.content ?? "");
}
"""
_SHOWN: Final = "console.log(answer.choices[0].message.content);\n"
_NEEDS_A_KEY: Final = "This server takes no key, and the client insists on one."


def by_javascript(sending: Sending) -> str:
    """A module for Node that sends the request with `openai`."""
    address = sending.address
    key = f"process.env.{address.variable}" if address.variable else f'"{NO_KEY}"'
    fields = [
        f"{comments([sending.about[name]], '//', '  ') if name in sending.about else ''}"
        f"  {JAVASCRIPT.name(name)}: {literal(value, JAVASCRIPT, '  ', len(name) + 3)},\n"
        for name, value in sending.body.items()
    ]
    headers = {"X-HF-Bill-To": address.payer}
    return "".join(
        (
            comments(sending.heads, "//"),
            'import OpenAI from "openai";\n\n',
            "const client = new OpenAI({\n",
            f"  baseURL: {literal(address.base_url, JAVASCRIPT)},\n",
            "" if address.variable else comments([_NEEDS_A_KEY], "//", "  "),
            f"  apiKey: {key},\n",
            f"  defaultHeaders: {literal(headers, JAVASCRIPT)},\n" if address.payer else "",
            "});\n\n",
            "const answer = await client.chat.completions.create({\n",
            *fields,
            "});\n\n",
            _STREAM_SHOWN if sending.streams else _SHOWN,
        )
    )
