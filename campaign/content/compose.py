"""The one code path from a post to what one account sends.

Preview, check, character count, approval and sending all use what is composed here, so that
nobody approves one text and sends another.
"""

import re

from campaign.content.links import content_value, tagged
from campaign.content.post import LINK, Post, PostLink, PostMedia, Wording
from campaign.payload import Form, Payload, PayloadLink, PayloadMedia, PayloadVideo
from campaign.schedule.model import Schedule
from campaign.schedule.parties import Channel
from connectors.contract import Network

PLACEHOLDER = re.compile(r"\{(link|partner:[^{}\s]+)\}")
"""Everything else in braces is text."""


def compose(
    post: Post, channel: str, *, schedule: Schedule, network: Network, run: int
) -> tuple[Payload, ...]:
    """Return what the channel sends for this post, part by part; `run` counts from 1.

    Pictures go with the first part. So does the link, unless other parts name it with `{link}`.
    A placeholder that leads nowhere stays in the text as typed: `campaign.checks` refuses it.
    Raises `LookupError` where the post has no wording for the network.
    """
    wording = choose_wording(post, channel, schedule=schedule, run=run)
    return tuple(
        _payload(post, piece, channel, schedule=schedule, network=network)
        for piece in wording.pieces
    )


def _payload(
    post: Post, piece: Wording, channel: str, *, schedule: Schedule, network: Network
) -> Payload:
    account = schedule.channels[channel]
    link = _link(post, account, schedule) if piece.shows_link else None
    return Payload(
        network=account.network,
        handle=account.handle or "",
        server=account.server,
        text=_text(piece.text, link, account, schedule=schedule, network=network),
        language=account.language or post.language,
        link=link,
        media=tuple(_media(one) for one in post.media) if piece.part == 1 else (),
        video=_video(post, network) if piece.part == 1 else None,
        form=_form(piece),
    )


def _video(post: Post, network: Network) -> PayloadVideo | None:
    """Return what is declared of a video, for networks that want it and no other."""
    said = post.video
    if said is None or not network.capabilities.wants_declarations:
        return None
    return PayloadVideo(
        made_for_children=said.made_for_children, privacy=said.privacy, tags=said.tags
    )


def _form(piece: Wording) -> Form:
    if piece.part == 1:
        return Form.POST
    return Form.COMMENT if piece.comment else Form.PART


class NoTranslationError(LookupError):
    """A channel has a language in which its post has no wording."""


def choose_wording(post: Post, channel: str, *, schedule: Schedule, run: int) -> Wording:
    """Return the most specific wording: channel, partner, language, network, default; then run.

    A channel takes wordings in its own language alone, or in the post's where it has none.
    Raises `NoTranslationError` where there is none, and `LookupError` where nothing fits at all.
    """
    account = schedule.channels[channel]
    language = account.language or post.language
    ranks = {language: 1, account.partner: 2, channel: 3}
    fitting = [
        one
        for one in post.wordings
        if one.network in {None, account.network}
        and (one.qualifier is None or one.qualifier in ranks)
        and one.run in {None, run}
    ]
    if not fitting:
        message = f"“{post.id}” has no wording for {account.network} and no default one"
        raise LookupError(message)
    spoken = [one for one in fitting if _spoken(one, post, channel, schedule) == language]
    if not spoken:
        raise NoTranslationError(
            f"“{post.id}” has no wording in “{language}” for {channel}, so nothing of it goes out "
            f"there; write one in posts/{post.id}/post.md under “## {account.network} / {language}”"
        )
    return max(
        spoken,
        key=lambda one: (
            one.network is not None,
            ranks[one.qualifier] if one.qualifier else 0,
            one.run or 0,
        ),
    )


def _spoken(wording: Wording, post: Post, channel: str, schedule: Schedule) -> str:
    """Return the language of a wording, as far as it is for this channel.

    What is written for one channel alone is in that channel's language.
    """
    if wording.language is not None:
        return wording.language
    account = schedule.channels[channel]
    if wording.qualifier == channel:
        return account.language or post.language
    is_named = wording.qualifier in schedule.partners or wording.qualifier in schedule.channels
    return post.language if is_named or wording.qualifier is None else wording.qualifier


def mention(partner: str, network: str, schedule: Schedule) -> str:
    """Return how a partner is named on a network: its first handle there, else its name."""
    handles = (
        one.handle
        for one in schedule.channels.values()
        if one.partner == partner and one.network == network and one.handle
    )
    handle = next(handles, None)
    return f"@{handle.removeprefix('@')}" if handle else schedule.partners[partner].name


def _link(post: Post, account: Channel, schedule: Schedule) -> PayloadLink | None:
    link: PostLink | None = post.link
    if link is None:
        return None
    return PayloadLink(
        url=tagged(
            link.url,
            network=account.network,
            campaign=schedule.campaign,
            content=content_value(post.id, account.partner),
        ),
        title=link.title,
        description=link.description,
        thumbnail=_media(link.image) if link.image else None,
    )


def _text(
    written: str,
    link: PayloadLink | None,
    account: Channel,
    *,
    schedule: Schedule,
    network: Network,
) -> str:
    shown = network.show_link(link.url) if link else None

    def fill(match: re.Match[str]) -> str:
        word, _, partner = match[1].partition(":")
        if word == "link":
            return shown or match[0]
        known = partner in schedule.partners
        if known and not network.has_mentions:
            return schedule.partners[partner].name
        return mention(partner, account.network, schedule) if known else match[0]

    text = PLACEHOLDER.sub(fill, written)
    return f"{text}\n\n{shown}" if shown and LINK not in written else text


def _media(media: PostMedia) -> PayloadMedia:
    return PayloadMedia(
        sha256=media.sha256,
        media_type=media.media_type,
        alt_text=media.alt,
        burnt_in=media.burnt_in,
        captions=_media(media.captions) if media.captions else None,
        content=media.content,
    )
