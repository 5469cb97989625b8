from sqlalchemy import LargeBinary

from campaign.records import resealing
from campaign.store.tables import CHANNEL


def test_every_column_that_holds_something_sealed_is_sealed_anew() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in CHANNEL.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary) and "sealed" in column.name
    }
    assert sealed == {f"{table.name}.{name}" for table, name, _ in resealing._SEALED}
