"""Facebook pages, through the Graph API.

`prepare` makes the whole post, unpublished: it has an id and nobody sees it. `publish` publishes
that id, which can be done twice without doing it twice, so no create is ever repeated, and after a
lost answer the id itself tells whether the post is out. A video has no such state; there the end
of its upload session publishes it, once, under an id that is known before; its captions follow.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from connectors.checking import insist_on_offered
from connectors.contract import (
    Absent,
    Access,
    AccessRefused,
    Account,
    AccountReading,
    CannotSay,
    Capabilities,
    Connector,
    ConnectorError,
    Correction,
    Edited,
    Finding,
    Found,
    Gone,
    Limits,
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
from connectors.facebook_captions import missing_captions, send_captions
from connectors.facebook_comments import find_comment, publish_comment
from connectors.facebook_errors import graph_error, is_duplicate
from connectors.facebook_facts import (
    API_ENDS_ON,
    CAPABILITIES,
    CREDENTIAL_FIELDS,
    DOCUMENTED,
    NAME,
    check,
    graph_id,
    read_permalink,
)
from connectors.facebook_reading import FacebookReading
from connectors.facebook_sign_in import FacebookSignIn
from connectors.facebook_uploads import REPEATED, VideoUpload, set_up, upload_of
from connectors.facebook_wire import FacebookWire
from connectors.graph_errors import instant_in, is_gone
from connectors.http import Answer, Purpose
from connectors.pack import choose_key

UNNAMED = "Facebook did not name the post's own address."


class FacebookConnector:
    """One page."""

    def __init__(self, access: Access) -> None:
        self._now = access.now
        self._wire = FacebookWire(access)
        self._reading = FacebookReading(self._wire)

    @property
    def capabilities(self) -> Capabilities:
        """What Facebook can do."""
        return CAPABILITIES

    def limits(self) -> Limits:
        """Return the documented limits; Facebook announces none."""
        return DOCUMENTED

    def check(self, post: OutgoingPost, limits: Limits) -> list[Problem]:
        """List what Facebook would refuse: up to ten pictures, or one video."""
        return check(post, limits)

    def prepare(self, post: OutgoingPost, resume: Prepared | None) -> Prepared:
        """Make the post unpublished, pictures with their alt text first; `resume` is kept."""
        insist_on_offered(post, CAPABILITIES, NAME)
        if post.answers is not None:
            return Prepared()
        if resume is not None and len(resume.tokens) == 1:
            return resume
        return Prepared(tokens=(set_up(self._wire, post),))

    def publish(self, post: OutgoingPost, prepared: Prepared) -> PublishedPost:
        """Publish what was prepared; it is the same post however often that is done."""
        if post.answers is not None:
            return publish_comment(self._wire, post, self._parent(post.answers.parent))
        if len(prepared.tokens) != 1:
            message = "The post has to be made unpublished before it is published."
            raise NotSent(message, network=NAME)
        video = upload_of(prepared.tokens[0])
        if video is not None:
            return self._publish_video(post, video)
        post_id = prepared.tokens[0]
        answer = self._wire.release(post_id)
        if is_duplicate(answer):
            return self._settle_repeat(post_id)
        self._insist_on_success(answer)
        return _published(post_id, self._now())

    def find(self, sought: Sought) -> Finding:
        """Ask the prepared post itself; without one, nothing was ever published.

        Where others may have been prepared that nobody noted, this one proves no absence.
        """
        finding = self._find(sought)
        if sought.key_at is not None and isinstance(finding, Absent):
            return CannotSay(why="Facebook tells of a post only whoever noted its id.")
        return finding

    def _find(self, sought: Sought) -> Finding:
        if sought.post.answers is not None:
            return find_comment(self._wire, sought, self._parent(sought.post.answers.parent))
        if sought.prepared is None or len(sought.prepared.tokens) != 1:
            return Absent()  # its id is kept before anything is published
        token = sought.prepared.tokens[0]
        video = upload_of(token)
        if video is not None:
            return self._find_video(sought.post, video)
        answer = self._wire.read(token, "is_published,created_time")
        is_published = answer.mapping().get("is_published")
        if answer.ok and is_published is False:
            return Absent()
        return self._finding(answer, token, is_out=is_published is True)

    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        """Give the post other words, then look whether it shows them."""
        post_id = self._own_id(remote_id)
        if post_id is None:
            return Stands(why="Facebook's API knows no post by this address: edit it on the page.")
        answer = self._wire.edit(post_id, post.text)
        if is_gone(answer):
            message = "Facebook knows no such post, or does not let this app edit it."
            raise PostRefused(message, network=NAME, code="100")
        if not answer.ok:
            raise graph_error(self._wire.http, answer, Purpose.CHANGE)
        if answer.mapping().get("success") is not True:
            message = "Facebook's answer to the edit cannot be read."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        return Edited(warnings=self._differences(post_id, post))

    def withdraw(self, remote_id: RemoteId) -> Removal:
        """Delete the post; where Facebook knows none, it is asked for it once more.

        It says the same of a post that the token may not delete.
        """
        post_id = self._own_id(remote_id)
        if post_id is None:
            why = "Facebook's API knows no post by this address: delete it on the page itself."
            return Stands(why=why)
        answer = self._wire.delete(post_id)
        if answer.ok and answer.mapping().get("success") is True:
            return Gone(was_there=True)
        if answer.ok:
            message = "Facebook's answer to the deletion cannot be read."
            raise self._wire.http.unclear(message, Purpose.CHANGE)
        if not is_gone(answer):
            raise graph_error(self._wire.http, answer, Purpose.CHANGE)
        found = self._wire.read(post_id, "id")
        if is_gone(found):
            return Gone(was_there=False)
        if not found.ok:
            raise graph_error(self._wire.http, found, Purpose.READ)
        message = "Facebook shows the post and does not let this token delete it."
        raise PostRefused(message, network=NAME)

    def read_metrics(self, remote_ids: Sequence[RemoteId]) -> list[MetricReading]:
        """Read counts and insights; a retired metric empties nothing but itself."""
        return self._reading.posts(remote_ids)

    def read_account(self) -> AccountReading:
        """Read the followers."""
        return self._reading.followers()

    def whoami(self) -> Account:
        """Say which page the token is for; raise `AccessRefused` where it is another one."""
        answer = self._wire.read("me", "id,name,username,link")
        page = answer.mapping()
        number, name = page.get("id"), page.get("username") or page.get("name")
        if not answer.ok or not isinstance(number, str) or not isinstance(name, str):
            raise graph_error(self._wire.http, answer, Purpose.READ)
        if number != self._wire.page:
            message = f"The token is for the page {name} ({number}), not for {self._wire.page}."
            raise AccessRefused(message, network=NAME)
        url = f"https://www.facebook.com/{number}"
        return Account(remote_id=RemoteId(number), handle=name, url=url)

    def close(self) -> None:
        """Give the connections back."""
        self._wire.http.close()

    def _own_id(self, remote_id: RemoteId) -> str | None:
        post_id = graph_id(remote_id, self._wire.page)
        if post_id is not None and not post_id.startswith(f"{self._wire.page}_"):
            raise PostRefused(f"{post_id} is not a post of this page.", network=NAME)
        return post_id

    def _differences(self, post_id: str, post: OutgoingPost) -> tuple[str, ...]:
        try:
            shown = self._wire.read(post_id, "message").mapping().get("message")
        except ConnectorError:
            shown = None
        if not isinstance(shown, str):
            return ("Facebook did not show the post when asked whether it has the new words.",)
        same = " ".join(shown.split()) == " ".join(post.text.split())
        return () if same else ("Facebook shows other words than were sent; look at the post.",)

    def _parent(self, remote_id: RemoteId) -> str:
        """Return the id of the post to comment on, of which perhaps only the address is known."""
        found = graph_id(remote_id, self._wire.page)
        if found is None:
            message = f"The address {remote_id} does not say which post is to be commented on."
            raise PostRefused(message, network=NAME)
        return found

    def _insist_on_success(self, answer: Answer) -> None:
        if is_gone(answer):
            message = "The unpublished post is no longer at Facebook; it will be made again."
            raise NotSent(message, network=NAME, uploads_gone=True)
        if not answer.ok:
            raise graph_error(self._wire.http, answer, Purpose.CREATE)
        if answer.mapping().get("success") is not True:
            message = "Facebook's answer to the post cannot be read."
            raise self._wire.http.unclear(message, Purpose.CREATE)

    def _settle_repeat(self, post_id: str) -> PublishedPost:
        """Ask whether the post that is refused as a repeat is the very one that is out."""
        try:
            answer = self._wire.read(post_id, "is_published,created_time")
        except ConnectorError as error:
            message = "Facebook says that the page has just posted this text."
            raise OutcomeUnknown(message, network=NAME, code="duplicate") from error
        if answer.ok and answer.mapping().get("is_published") is False:
            raise PostRefused(REPEATED, network=NAME, code="duplicate")
        if answer.ok and answer.mapping().get("is_published") is True:
            return _published(post_id, instant_in(answer.mapping(), "created_time") or self._now())
        message = "Facebook says that the page has just posted this text."
        raise OutcomeUnknown(message, network=NAME, code="duplicate")

    def _publish_video(self, post: OutgoingPost, video: VideoUpload) -> PublishedPost:
        fields = {
            "upload_phase": "finish",
            "upload_session_id": video.session_id,
            "description": post.text,
            "published": "true",
        }
        self._insist_on_success(self._wire.video(Purpose.CREATE, fields))
        warnings = send_captions(self._wire, post, video.video_id)
        try:
            post_id = self._post_of(self._wire.read(video.video_id, "post_id"))
        except ConnectorError:
            post_id = None
        if post_id is None:  # it may name the post in a moment: to look for it then is safe
            message = "Facebook has published the video and did not say as which post."
            raise OutcomeUnknown(message, network=NAME, code="unnamed")
        return replace(_published(post_id, self._now()), warnings=warnings)

    def _post_of(self, answer: Answer) -> str | None:
        """Return the id of a video's post, None where Facebook does not name it yet."""
        named = answer.mapping().get("post_id")
        return f"{self._wire.page}_{named.rpartition('_')[2]}" if isinstance(named, str) else None

    def _find_video(self, post: OutgoingPost, video: VideoUpload) -> Finding:
        answer = self._wire.read(video.video_id, "published,created_time,post_id")
        post_id = self._post_of(answer)
        finding = self._finding(
            answer,
            post_id or f"{self._wire.page}_{video.video_id}",
            is_out=answer.mapping().get("published") is True,
        )
        if not isinstance(finding, Found):
            return finding
        unnamed = () if post_id is not None else (UNNAMED,)
        warnings = (*unnamed, *missing_captions(self._wire, post, video.video_id))
        return Found(post=replace(finding.post, warnings=warnings))

    def _finding(self, answer: Answer, post_id: str, *, is_out: bool) -> Finding:
        if not answer.ok and not is_gone(answer):
            raise graph_error(self._wire.http, answer, Purpose.READ)
        made_at = instant_in(answer.mapping(), "created_time")
        if is_out and made_at is not None:
            return Found(post=_published(post_id, made_at))
        if is_gone(answer):
            return CannotSay(why="what was prepared at Facebook is gone; it may have been out")
        return CannotSay(why="Facebook does not say whether it is out")


def connect(access: Access) -> Connector:
    """Return a connector for one page; nothing is sent yet."""
    return FacebookConnector(access)


def _published(post_id: str, at: datetime) -> PublishedPost:
    url = f"https://www.facebook.com/{post_id.replace('_', '/posts/')}"
    return PublishedPost(remote_id=RemoteId(post_id), url=url, published_at=at)


NETWORK = Network(
    name=NAME,
    title="Facebook",
    credentials=CREDENTIAL_FIELDS,
    capabilities=CAPABILITIES,
    documented=DOCUMENTED,
    check=check,
    show_link=str,
    choose_key=choose_key,
    read_permalink=read_permalink,
    announced_limits=None,
    api_ends_on=API_ENDS_ON,
    sign_in=FacebookSignIn(),
    connect=connect,
)
