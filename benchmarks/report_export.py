"""Writes a filled SQLite database out as Parquet, for DuckDB to work on, in two orders of rows."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
from sqlalchemy import BigInteger, select, type_coerce

from analytics.week_rows import plain_rows
from benchmarks.report_query import BY_SERIES, BY_TIME
from campaign.instants import to_micros
from campaign.store.database import open_store
from campaign.store.tables import DELIVERY, READING, SERIES, SERIES_KIND

SERIES_AT_ONCE = 50_000


def export(database: Path) -> Path:
    """Write `series.parquet`, and the readings by series and by time, in a folder beside it.

    Returns the folder; files that are there already are used again.
    """
    folder = database.with_suffix(".parquet")
    folder.mkdir(exist_ok=True)
    if not (folder / f"{BY_TIME}.parquet").exists():
        _write(database, folder)
    return folder


def _write(database: Path, folder: Path) -> None:
    store = open_store(f"sqlite:///{database}")
    connection = duckdb.connect()
    connection.execute("CREATE TABLE r (series_id INTEGER, observed_at BIGINT, value BIGINT)")
    with store.read() as source:
        series = pd.DataFrame(
            source.execute(
                select(
                    SERIES.c.id.label("series_id"),
                    SERIES_KIND.c.metric,
                    DELIVERY.c.network,
                    DELIVERY.c.channel,
                    DELIVERY.c.published_at,
                )
                .join(DELIVERY, DELIVERY.c.id == SERIES.c.delivery_id)
                .join(SERIES_KIND, SERIES_KIND.c.id == SERIES.c.kind)
                .order_by(SERIES.c.id)
            ).all()
        )
        series["out_at"] = [to_micros(at) for at in series.pop("published_at")]
        last = int(series["series_id"].max())
        for first in range(1, last + 1, SERIES_AT_ONCE):
            query = select(
                READING.c.series_id, type_coerce(READING.c.observed_at, BigInteger), READING.c.value
            ).where(READING.c.series_id.between(first, first + SERIES_AT_ONCE - 1))
            rows = np.array(list(plain_rows(source, query)), dtype=np.int64)
            connection.register("part", pd.DataFrame(rows, columns=["a", "b", "c"]))
            connection.execute("INSERT INTO r SELECT * FROM part")
    connection.register("s", series)
    write = "(FORMAT parquet, COMPRESSION zstd)"
    connection.execute(f"COPY (SELECT * FROM s) TO '{folder}/series.parquet' {write}")
    joined = "SELECT r.*, s.metric FROM r JOIN s USING (series_id) ORDER BY"
    for layout, order in ((BY_SERIES, "series_id, observed_at"), (BY_TIME, "observed_at")):
        connection.execute(f"COPY ({joined} {order}) TO '{folder}/{layout}.parquet' {write}")
    store.close()
