"""LinkedIn pages (organisations), through the versioned Posts API.

Publishing: files go up in `prepare`, then one `POST /rest/posts` makes the post visible; its id
comes in a header, with an empty body. LinkedIn takes no key, so a post whose outcome is unknown
is looked for among the page's own, where it may be found but never proved absent. A text that is
cut is answered with success, so what went out is read back and compared.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from connectors.contract import (
    Access,
    Account,
    AccountReading,
    Capabilities,
    Connector,
    ConnectorError,
    Correction,
    DeliveryKey,
    Edited,
    Finding,
    Found,
    Gone,
    Limits,
    Media,
    MetricReading,
    Network,
    NotSent,
    OutcomeUnknown,
    OutgoingPost,
    PostRefused,
    Prepared,
    Problem,
    PublishedPost,
    RemoteId,
    Removal,
    Sought,
    Stands,
)
from connectors.http import Answer, Purpose
from connectors.linkedin_comments import find_comment, publish_comment
from connectors.linkedin_errors import DUPLICATE, is_duplicate, linkedin_error, named_post
from connectors.linkedin_facts import (
    API_VERSION,
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENT,
    DOCUMENTED,
    NAME,
    check,
    read_permalink,
    version_ends_on,
)
from connectors.linkedin_finding import as_published, elements_of, judge, reaches_back
from connectors.linkedin_reading import read_followers, read_posts
from connectors.linkedin_sign_in import LinkedInSignIn
from connectors.linkedin_text import commentary, same_text
from connectors.linkedin_uploads import PROCESSING, finished, upload
from connectors.linkedin_wire import PAGE, LinkedInWire
from connectors.pack import choose_key

_MOST_PAGES = 5


_POST = re.compile(r"urn:li:(?:share|ugcPost):\d+")
"""A comment has a name of another kind; its post does not, and asking for it proves nothing."""


class LinkedInConnector:
    """One page."""

    def __init__(self, access: Access) -> None:
        self._now = access.now
        self._wire = LinkedInWire(access)
        self._named: dict[DeliveryKey, RemoteId] = {}
        """Posts that LinkedIn named in place of a repeat."""

    @property
    def capabilities(self) -> Capabilities:
        """What LinkedIn can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the documented limits; LinkedIn announces none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what LinkedIn would refuse."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Upload the files, or the thumbnail of the link's card; `resume` is not sent again.

        A file may still be in LinkedIn's works when this returns; asked again, or by `publish`,
        while that is so, `NotSent` says when to come back.
        """
        files = _files(post)
        if resume is None or len(resume.tokens) != len(files):
            return Prepared(tokens=tuple(upload(self._wire, one) for one in files))
        kept = (
            self._ready(token, file) or upload(self._wire, file)
            for token, file in zip(resume.tokens, files, strict=True)
        )
        return Prepared(tokens=tuple(kept))

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Make the post, publicly and in the main feed; a repeat that is refused is looked up."""
        if post.answers is not None:
            return publish_comment(self._wire, post, post.answers.parent)
        files = _files(post)
        if len(prepared.tokens) != len(files):
            message = "The files have to be uploaded before the post is sent."
            raise NotSent(message, network=NAME)
        for token, file in zip(prepared.tokens, files, strict=True):
            if self._ready(token, file) is None:
                message = "An upload is no longer at LinkedIn; it will be sent again."
                raise NotSent(message, network=NAME, uploads_gone=True)
        tokens = [one.removesuffix(PROCESSING) for one in prepared.tokens]
        answer = self._wire.create(_body(post, tokens, self._wire.author))
        return self._published(answer, post)

    def find(self, sought: Sought) -> Finding:
        """Look at the post LinkedIn has named, if any, then through the page's own posts."""
        if sought.post.answers is not None:
            return find_comment(self._wire, sought, sought.post.answers.parent)
        named = self._named.get(sought.post.delivery_key)
        if named is not None:
            answer = self._wire.post(named)
            finding = judge([answer.mapping()] if answer.ok else [], sought)
            if isinstance(finding, Found):
                return finding
        posts, is_whole = self._own_posts(sought)
        finding = judge(posts, sought)
        return finding if is_whole or isinstance(finding, Found) else replace(finding, unseen=False)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Give the post another commentary; media and card stay, LinkedIn changes neither."""
        if not _POST.fullmatch(remote_id):
            return Stands(
                why="LinkedIn's API edits posts it knows by their id only: edit it there."
            )
        answer = self._wire.edit(remote_id, commentary(post.text))
        if answer.status == 404:
            raise PostRefused("The post is no longer on LinkedIn.", network=NAME, code="404")
        if not answer.ok:
            raise linkedin_error(self._wire.http, answer, Purpose.CHANGE)
        return Edited(warnings=self._differences(remote_id, post))

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the post, after a look at it: a deletion is answered alike where none was."""
        if not _POST.fullmatch(remote_id):
            why = "LinkedIn's API deletes posts it knows by their id only: delete it on its page."
            return Stands(why=why)
        found = self._wire.post(remote_id)
        if found.status == 404:
            return Gone(was_there=False)
        if not found.ok:
            raise linkedin_error(self._wire.http, found, Purpose.READ)
        if found.mapping().get("author") != self._wire.author:
            raise PostRefused(f"{remote_id} is not a post of this page.", network=NAME)
        answer = self._wire.delete(remote_id)
        if not answer.ok:
            raise linkedin_error(self._wire.http, answer, Purpose.CHANGE)
        return Gone(was_there=True)

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts; a post that has none yet and one that is gone are told apart."""
        return read_posts(self._wire, remote_ids)

    def read_account(self) -> AccountReading:
        """Read the followers."""
        return read_followers(self._wire)

    def whoami(self) -> Account:
        """Say which page this is."""
        answer = self._wire.organization()
        page = answer.mapping()
        name, number = page.get("vanityName"), page.get("id")
        if not answer.ok or not isinstance(name, str) or number is None:
            raise linkedin_error(self._wire.http, answer, Purpose.READ)
        url = f"https://www.linkedin.com/company/{name}/"
        return Account(remote_id=RemoteId(self._wire.author), handle=name, url=url)

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()

    def _ready(self, token: str, file: Media) -> str | None:
        return finished(self._wire, token, file) if token.endswith(PROCESSING) else token

    def _published(self, answer: Answer, post: OutgoingPost) -> PublishedPost:
        if is_duplicate(answer):
            raise self._repeated(answer, post)
        if not answer.ok:
            raise linkedin_error(self._wire.http, answer, Purpose.CREATE)
        urn = answer.headers.get("x-restli-id", "")
        if not urn.startswith("urn:li:"):
            message = "LinkedIn answered without the id of the post."
            raise self._wire.http.unclear(message, Purpose.CREATE)
        remote_id = RemoteId(urn)
        if post.reposts is not None:
            return as_published(remote_id, self._now())
        return as_published(remote_id, self._now(), self._differences(remote_id, post))

    def _repeated(self, answer: Answer, post: OutgoingPost) -> ConnectorError:
        """Ask for the post that LinkedIn names: after a deletion it may name one that is gone."""
        named = named_post(answer)
        if named is None:
            message = "LinkedIn says that the page has already posted this text."
            return OutcomeUnknown(message, network=NAME, code=DUPLICATE)
        self._named[post.delivery_key] = named
        where = as_published(named, self._now()).url
        try:
            gone = self._wire.post(named).status == 404
        except ConnectorError:
            gone = False
        if gone:
            message = (
                f"LinkedIn refuses the text as a repeat of {where}, which is no longer there. It "
                "remembers deleted posts for a day or two: wait, or change the wording."
            )
            return PostRefused(message, network=NAME, code=DUPLICATE)
        message = f"LinkedIn says that the page has already posted this text: {where}"
        return OutcomeUnknown(message, network=NAME, code=DUPLICATE)

    def _differences(self, remote_id: RemoteId, post: OutgoingPost) -> tuple[str, ...]:
        try:
            shown = self._wire.post(remote_id)
        except ConnectorError:
            return ("LinkedIn could not be asked whether it shows the whole text.",)
        written = shown.mapping().get("commentary")
        if not shown.ok or not isinstance(written, str):
            return ("LinkedIn did not show the post when asked whether its text is whole.",)
        whole = same_text(written, post.text)
        return () if whole else ("LinkedIn shows another text than was sent; look at the post.",)

    def _own_posts(self, sought: Sought) -> tuple[list[Mapping[str, Any]], bool]:
        """Return the page's posts since then, and whether that is all of them."""
        posts: list[Mapping[str, Any]] = []
        for page in range(_MOST_PAGES):
            answer = self._wire.own_posts(page * PAGE)
            elements = elements_of(answer)
            if not answer.ok or elements is None:
                raise linkedin_error(self._wire.http, answer, Purpose.READ)
            posts += elements
            if len(elements) < PAGE or reaches_back(elements, sought.since):
                return posts, True
        return posts, False


def connect(access: Access) -> Connector:
    """Return a connector for one page; nothing is sent yet."""
    return LinkedInConnector(access)


def _files(post: OutgoingPost) -> tuple[Media, ...]:
    """Return what has to be uploaded: the media, else the thumbnail of the link's card."""
    if post.answers is not None:
        return ()
    if post.media or post.link is None or post.link.thumbnail is None:
        return post.media
    return (post.link.thumbnail,)


def _body(post: OutgoingPost, tokens: Sequence[str], author: str) -> dict[str, Any]:
    body: dict[str, Any] = {
        "author": author,
        # A post that is passed on says nothing of its own.
        "commentary": "" if post.reposts else commentary(post.text),
        "visibility": "PUBLIC",
        "distribution": {
            "feedDistribution": "MAIN_FEED",
            "targetEntities": [],
            "thirdPartyDistributionChannels": [],
        },
        "lifecycleState": "PUBLISHED",
        "isReshareDisabledByAuthor": False,
    }
    if post.reposts is not None:
        return {**body, "reshareContext": {"parent": post.reposts.remote_id}}
    content = _content(post, tokens)
    return {**body, "content": content} if content else body


def _content(post: OutgoingPost, tokens: Sequence[str]) -> dict[str, Any]:
    if post.media:
        shown = [_as_media(*pair) for pair in zip(tokens, post.media, strict=True)]
        return {"media": shown[0]} if len(shown) == 1 else {"multiImage": {"images": shown}}
    if post.link is None:
        return {}
    # A card is not made by LinkedIn, and it has to have a title.
    card = {
        "source": post.link.url,
        "title": post.link.title or urlsplit(post.link.url).hostname or post.link.url,
        "description": post.link.description,
        "thumbnail": tokens[0] if tokens else "",
    }
    return {"article": {name: value for name, value in card.items() if value}}


def _as_media(urn: str, media: Media) -> dict[str, str]:
    # A document is shown under a title; the words for those who cannot see it say what it is.
    name = "title" if media.media_type == DOCUMENT else "altText"
    return {"id": urn, name: media.alt_text} if media.alt_text else {"id": urn}


NETWORK = Network(
    name=NAME,
    title="LinkedIn",
    credentials=CREDENTIAL_FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    api_ends_on=version_ends_on(API_VERSION),
    version_ends_on=version_ends_on,
    sign_in=LinkedInSignIn(),
    connect=connect,
)
