from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import LargeBinary, insert

from campaign.credentials.sealing import SealError
from campaign.records import resealing
from campaign.secret_keys import new_key
from campaign.store.database import open_store
from campaign.store.tables import CHANNEL, SUBSCRIBER

NOW = datetime(2027, 1, 11, tzinfo=UTC)


def test_every_column_that_holds_something_sealed_is_sealed_anew() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in CHANNEL.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and "sealed" in column.name
    }
    assert sealed == {f"{table.name}.{name}" for table, name, _ in resealing._SEALED}


def test_a_subscribers_secret_is_sealed_anew_and_a_foreign_one_stops_everything(
    tmp_path: Path,
) -> None:
    old, new = new_key(), new_key()
    store = open_store(f"sqlite:///{tmp_path}/campaign.db")
    with store.write() as connection:
        sealed = Fernet(old).encrypt(b"whsec_secret")
        values = {"name": "press", "told_to": 0, "since": NOW, "disabled_why": ""}
        connection.execute(insert(SUBSCRIBER).values(secret_sealed=sealed, **values))
        words = ["the secret of the subscriber press"]
        assert resealing.sealed_otherwise(connection, [new, old]) == words
        with pytest.raises(SealError, match="the secret of the subscriber press was sealed with"):
            resealing.seal_everything_anew(connection, [new])
        assert resealing.seal_everything_anew(connection, [new, old]) == 1
        assert resealing.sealed_otherwise(connection, [new]) == []
    store.close()
