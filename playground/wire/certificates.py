"""The certificates by which hosts are trusted: read once, which takes longer than a question on this machine.

A client of httpx that is not given any reads them anew, also where it only ever speaks plain HTTP.
"""

from __future__ import annotations

import ssl
from functools import cache

import httpx


@cache
def certificates() -> ssl.SSLContext:
    """Those of certifi, or what SSL_CERT_FILE and SSL_CERT_DIR name."""
    return httpx.create_ssl_context()
