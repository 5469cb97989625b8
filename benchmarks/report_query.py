"""The report's attribution as DuckDB queries over Parquet: what the report is measured against.

The same rules as `analytics.attribution`, for the same weeks: the last reading up to each boundary
and the first after it, observed within two hours, else interpolated between them (publication
counts as one), else carried; steps up and down within the week. Values are in thousandths.

There are two ways to ask. With few weeks it is fastest to look for the readings beside every
boundary in one go over all readings (`attribution`); with many weeks each reading would be held
against every boundary, and carrying what each week has over to its neighbours is four times as
fast (`attribution_by_week`). Both give the same rows.
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


def attribution_by_week(
    readings: str, live: str, boundaries: Sequence[int], *, metric: str | None, oldest: int
) -> str:
    """Return a query that gives the same rows as that of `attribution`, another way."""
    of_metric = f"AND r.metric = '{metric}'" if metric else ""
    last = len(boundaries) - 1
    cases = " ".join(f"WHEN ts <= {at} THEN {place}" for place, at in enumerate(boundaries))
    return f"""
WITH live AS (SELECT series_id, out_at, channel FROM s WHERE {live}),
r AS (
  SELECT r.series_id, r.observed_at AS ts, r.value AS v, r.metric, live.out_at, live.channel,
         CASE {cases} ELSE {last + 1} END AS week
  FROM read_parquet('{readings}') r JOIN live USING (series_id)
  WHERE r.observed_at > {oldest} {of_metric}
),
stepped AS (
  SELECT *, CASE WHEN week BETWEEN 1 AND {last}
    THEN v - lag(v) OVER (PARTITION BY series_id, week ORDER BY ts) END AS step FROM r
),
weekly AS (
  SELECT series_id, week, any_value(metric) AS metric, any_value(out_at) AS out_at,
         any_value(channel) AS channel, max(ts) AS a, arg_max(v, ts) AS v, min(ts) AS c,
         arg_min(v, ts) AS w, sum(greatest(step, 0)) AS up, sum(least(step, 0)) AS down
  FROM stepped GROUP BY series_id, week
),
grid AS (
  SELECT series_id, any_value(metric) AS metric, any_value(out_at) AS out_at,
         any_value(channel) AS channel, unnest(range({last + 2}))::INTEGER AS week
  FROM weekly GROUP BY series_id
),
{_carried(boundaries)}
SELECT series_id, channel, metric, week - 1 AS week, b - start AS net,
       coalesce(up, 0) * {GRAIN} + greatest({_INTO}, 0) + greatest({_OUT}, 0) AS gross,
       coalesce(down, 0) * {GRAIN} + least({_INTO}, 0) + least({_OUT}, 0) AS correction,
       greatest(m, start_m) AS method
FROM paired
WHERE week > 0 AND out_at < edge AND NOT (m = 2 AND a <= start_edge)
"""


_INTO = f"(coalesce(first_value * {GRAIN}, b) - start)"
_OUT = f"coalesce(b - last_value * {GRAIN}, 0)"


def _carried(boundaries: Sequence[int]) -> str:
    edges = ", ".join(map(str, boundaries))
    low, since = "coalesce(v, 0)", "coalesce(a, out_at)"
    return f"""filled AS (
  SELECT grid.*, up, down, weekly.w AS first_value, weekly.v AS last_value,
         last_value(weekly.a IGNORE NULLS) OVER so_far AS a,
         last_value(weekly.v IGNORE NULLS) OVER so_far AS v,
         first_value(weekly.c IGNORE NULLS) OVER beyond AS c,
         first_value(weekly.w IGNORE NULLS) OVER beyond AS w,
         [{edges}][grid.week + 1] AS edge
  FROM grid LEFT JOIN weekly ON weekly.series_id = grid.series_id AND weekly.week = grid.week
  WINDOW so_far AS (PARTITION BY grid.series_id ORDER BY grid.week
                    ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW),
         beyond AS (PARTITION BY grid.series_id ORDER BY grid.week
                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),
valued AS (
  SELECT *,
    CASE WHEN edge <= out_at THEN 0 WHEN edge - a <= {OBSERVED} OR c IS NULL THEN v * {GRAIN}
         ELSE {low} * {GRAIN} + round_even({GRAIN}.0 * (edge - {since}) * (w - {low})
              / (c - {since}), 0)::BIGINT END AS b,
    CASE WHEN edge <= out_at OR edge - a <= {OBSERVED} THEN 0
         WHEN c IS NOT NULL THEN 1 ELSE 2 END AS m
  FROM filled WHERE edge IS NOT NULL
),
paired AS (
  SELECT *, lag(b) OVER one_by_one AS start, lag(m) OVER one_by_one AS start_m,
         lag(edge) OVER one_by_one AS start_edge
  FROM valued WINDOW one_by_one AS (PARTITION BY series_id ORDER BY week)
)"""
