"""The tables of `campaign.models` as Core sees them; every hot path uses these."""

from sqlalchemy import Table
from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

import campaign.models  # noqa: F401 - fills the metadata

configure_mappers()  # rows are made into models without the constructor that would do it
_TABLES = SQLModel.metadata.tables
CAMPAIGN: Table = _TABLES["campaign"]
CHANNEL: Table = _TABLES["channel"]
PAYLOAD: Table = _TABLES["payload"]
MEDIA: Table = _TABLES["media"]
DELIVERY: Table = _TABLES["delivery"]
ATTEMPT: Table = _TABLES["attempt"]
GATE: Table = _TABLES["gate"]
MOVE: Table = _TABLES["move"]
HOLD_WINDOW: Table = _TABLES["hold_window"]
STOP: Table = _TABLES["stop"]
LET_THROUGH: Table = _TABLES["let_through"]
SNAPSHOT: Table = _TABLES["snapshot"]
ACCOUNT_SNAPSHOT: Table = _TABLES["account_snapshot"]
