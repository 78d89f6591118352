"""Named sets of parameters to start from.

The page, a link and a test all mean the same set by one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from playground.parameters import PREF_PARAMS_DEFAULT, with_defaults

CHAT: Final = "Chat"
DOCUMENTED: Final = "Documented defaults"

PRESETS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        CHAT: {
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 256,
            "temperature": 0.7,
        },
        DOCUMENTED: with_defaults({}, "create_preference"),
        "All left to the server": {},
        "Show me the tokens": {
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 80,
            "temperature": 1.0,
            "logprobs": True,
            "top_logprobs": 5,
        },
        "Two answers": {
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": 120,
            "temperature": 0.7,
            "diff_frequency": 1.0,
            "pref_params": dict(PREF_PARAMS_DEFAULT),
        },
    }
)
"""What each preset sets; every other parameter it leaves unset."""
