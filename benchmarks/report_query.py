"""The report's attribution as one DuckDB query over Parquet: what the report is measured against.

The same rules as `analytics.attribution`, for the same weeks: the last reading up to each boundary
and the first after it, observed within two hours, else interpolated between them (publication
counts as one), else carried; steps up and down within the week. Values are in thousandths.
"""

from collections.abc import Sequence

OBSERVED = 7_200_000_000
GRAIN = 1000
BY_SERIES, BY_TIME = "by_series", "by_time"


def attribution(
    readings: str, live: str, boundaries: Sequence[int], *, metric: str | None, oldest: int
) -> str:
    """Return a query with a row for each series and week: net, gross, correction, method.

    `readings` is the Parquet file, `live` a condition on the series' file, `oldest` the instant
    before which no reading can matter.
    """
    of_metric = f"AND r.metric = '{metric}'" if metric else ""
    edges = ", ".join(_edge(place, at) for place, at in enumerate(boundaries))
    weeks = range(len(boundaries) - 1)
    values = ", ".join(_value(place, at) for place, at in enumerate(boundaries))
    week = " ".join(f"WHEN ts <= {boundaries[place + 1]} THEN {place}" for place in weeks)
    rows = " UNION ALL ".join(_week(place, boundaries) for place in weeks)
    return f"""
WITH live AS (SELECT series_id, out_at, channel FROM s WHERE {live}),
r AS (
  SELECT r.series_id, r.observed_at AS ts, r.value AS v, live.out_at, live.channel, r.metric
  FROM read_parquet('{readings}') r JOIN live USING (series_id)
  WHERE r.observed_at > {oldest} {of_metric}
),
edges AS (
  SELECT series_id, any_value(out_at) AS out_at, any_value(channel) AS channel,
         any_value(metric) AS metric, {edges} FROM r GROUP BY series_id
),
bounds AS (SELECT *, {values} FROM edges),
stepped AS (
  SELECT series_id, week, v, ts, v - lag(v) OVER (PARTITION BY series_id, week ORDER BY ts) AS step
  FROM (SELECT series_id, v, ts, CASE {week} END AS week FROM r
        WHERE ts > {boundaries[0]} AND ts <= {boundaries[-1]})
),
steps AS (
  SELECT series_id, week, sum(greatest(step, 0)) AS up, sum(least(step, 0)) AS down,
         arg_min(v, ts) AS first_value, arg_max(v, ts) AS last_value
  FROM stepped GROUP BY series_id, week
)
{rows}"""


def _edge(place: int, at: int) -> str:
    return (
        f"max(ts) FILTER (ts <= {at}) AS a{place}, arg_max(v, ts) FILTER (ts <= {at}) AS v{place}, "
        f"min(ts) FILTER (ts > {at}) AS c{place}, arg_min(v, ts) FILTER (ts > {at}) AS w{place}"
    )


def _value(place: int, at: int) -> str:
    low, since = f"coalesce(v{place}, 0)", f"coalesce(a{place}, out_at)"
    between = (
        f"{low} * {GRAIN} + round_even({GRAIN}.0 * ({at} - {since}) * (w{place} - {low}) "
        f"/ (c{place} - {since}), 0)::BIGINT"
    )
    observed = f"{at} <= out_at OR {at} - a{place} <= {OBSERVED}"
    value = (
        f"CASE WHEN {at} <= out_at THEN 0 WHEN {at} - a{place} <= {OBSERVED} OR c{place} IS NULL"
    )
    return (
        f"{value} THEN v{place} * {GRAIN} ELSE {between} END AS b{place}, "
        f"CASE WHEN {observed} THEN 0 WHEN c{place} IS NOT NULL THEN 1 ELSE 2 END AS m{place}"
    )


def _week(place: int, boundaries: Sequence[int]) -> str:
    start, end = f"b{place}", f"b{place + 1}"
    into = f"(coalesce(first_value * {GRAIN}, {end}) - {start})"
    out = f"coalesce({end} - last_value * {GRAIN}, 0)"
    return f"""
SELECT bounds.series_id, channel, metric, {place} AS week, {end} - {start} AS net,
       coalesce(up, 0) * {GRAIN} + greatest({into}, 0) + greatest({out}, 0) AS gross,
       coalesce(down, 0) * {GRAIN} + least({into}, 0) + least({out}, 0) AS correction,
       greatest(m{place}, m{place + 1}) AS method
FROM bounds LEFT JOIN steps ON steps.series_id = bounds.series_id AND steps.week = {place}
WHERE out_at < {boundaries[place + 1]}
  AND NOT (m{place + 1} = 2 AND a{place + 1} <= {boundaries[place]})
"""
