"""The tables of the database, as its queries name them; `migrations` holds the steps that make them."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Boolean, Column, Integer, MetaData, Table, Text

from playground.votes.store.vote_facts import Facts

PAGE: Final = 500
"""So many rows or ids go into one query."""

metadata = MetaData()

votes = Table(
    "votes",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
    Column("vote_id", Text, nullable=False, unique=True),
    Column("round_id", Text, nullable=False),
    Column("voted_at", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("body", Text, nullable=False),
)
facts = Table(
    "facts",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("counts", Boolean, nullable=False),
    *(Column(name, BigInteger if name == "day" else Text, nullable=False) for name in Facts._fields),
    Column("publish", Boolean, nullable=False),
)
backups = Table(
    "backups",
    metadata,
    Column("seq", BigInteger, primary_key=True),
    Column("segment", Text, nullable=False),
    Column("commit_id", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
)
copies = Table(
    "copies",
    metadata,
    Column("vote_id", Text, primary_key=True),
    Column("segment", Text, primary_key=True),
)
"""In which files of the Hub's dataset a vote may lie: noted before it is sent, since its arrival may stay unknown."""

taken_back = Table(
    "taken_back",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("told", Boolean, nullable=False),
)
"""What was taken back, by the ids of votes and of their pairs alone; `told`: whether the Hub's list has it."""
