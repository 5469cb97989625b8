"""Networks as plain values for the tests of plan and checks: real counting is tested elsewhere."""

from datetime import datetime, timedelta

from connectors.checking import check_limits
from connectors.contract import (
    Access,
    Cadence,
    Capabilities,
    Connector,
    DeliveryKey,
    Limits,
    Network,
    NetworkName,
    RemoteId,
    TextLimit,
)


def _choose_key(delivery: str, content_hash: str, first_attempt_at: datetime) -> DeliveryKey:
    return DeliveryKey(f"{delivery}{content_hash}{first_attempt_at}")


def _connect(access: Access) -> Connector:
    raise NotImplementedError(access)


def _permalink(url: str, handle: str, server: str | None) -> RemoteId | None:
    return RemoteId(url) if handle in url and server is None else None


def _without_scheme(url: str) -> str:
    return url.removeprefix("https://").partition("?")[0]


def _network(name: str, title: str, maximum: int, *, strict: bool, pack_only: bool) -> Network:
    return Network(
        name=NetworkName(name),
        title=title,
        credentials=(),
        capabilities=Capabilities(
            metrics=(),
            account_metrics=(),
            cadence=Cadence(ages=(), weekly_until=timedelta(days=30)),
            key_life=None,
            proves_absence=False,
            settling=timedelta(minutes=2),
            read_batch=100,
            refuses_repeats=strict,
            one_text_per_app=strict,
            threads=not pack_only,
            comments=not pack_only,
            reposts=not pack_only,
        ),
        documented=Limits(
            text=(TextLimit(unit="characters", measure=len, maximum=maximum),),
            max_media=4,
            max_media_bytes=1000,
            media_types=frozenset({"image/png", "image/jpeg"}),
            max_alt_text=100,
        ),
        check=check_limits,
        show_link=_without_scheme if name == "bluesky" else str,
        choose_key=_choose_key,
        read_permalink=_permalink,
        announced_limits=None,
        connect=None if pack_only else _connect,
    )


NETWORKS = {
    NetworkName("x"): _network("x", "X", 280, strict=True, pack_only=False),
    NetworkName("mastodon"): _network("mastodon", "Mastodon", 500, strict=False, pack_only=False),
    NetworkName("bluesky"): _network("bluesky", "Bluesky", 300, strict=False, pack_only=False),
    NetworkName("linkedin"): _network("linkedin", "LinkedIn", 3000, strict=False, pack_only=True),
}
