"""The stand-in for YouTube: what publishing videos needs of the YouTube Data API v3.

A video is uploaded with the privacy that its page says, and an update replaces all of a part: what
it leaves out goes back to its default, a privacy that is left out to public.
"""

from dataclasses import replace

from rehearsal import youtube_shapes as shapes
from rehearsal.exchange import Answer, Route, Visit, as_json
from rehearsal.faults import Call, Fault
from rehearsal.sign_ins_google import YouTubeSignIns
from rehearsal.world import World
from rehearsal.youtube_door import YouTubeDoor
from rehearsal.youtube_rules import checked_video, parts_of
from rehearsal.youtube_uploads import YouTubeUploads
from rehearsal.youtube_videos import YouTubeVideos

CHANGE_UNITS, LOOK_UNITS = 50, 1
MOST_IDS = 50
_VIDEOS, _UPLOAD = "/youtube/v3/videos", "/upload/youtube/v3/videos"


class YouTubeStandIn:
    """Answers as the YouTube Data API does."""

    name = "youtube"

    def __init__(self, world: World) -> None:
        self._world = world
        self._door = YouTubeDoor(world)
        self._videos = YouTubeVideos(world)
        uploads = YouTubeUploads(world, self._door, self._videos)
        sign_ins = YouTubeSignIns(world)
        self.authority = sign_ins.authority
        captions = "/upload/youtube/v3/captions"
        self.routes = (
            *sign_ins.routes,
            Route(method="POST", path=_UPLOAD, call=Call.MEDIA, handler=uploads.begin),
            Route(method="PUT", path=_UPLOAD, call=Call.MEDIA, handler=uploads.receive),
            Route(method="POST", path=captions, call=Call.MEDIA, handler=uploads.caption),
            Route(
                method="GET",
                path=_VIDEOS,
                call=Call.FIND,
                handler=self._list,
                call_by=_by_what_is_read,
            ),
            Route(
                method="PUT",
                path=_VIDEOS,
                call=Call.PUBLISH,
                handler=self._update,
                call_by=_by_what_changes,
            ),
            Route(method="DELETE", path=_VIDEOS, call=Call.WITHDRAW, handler=self._delete),
            Route(
                method="GET",
                path="/youtube/v3/channels",
                call=Call.ACCOUNT,
                handler=self._channel,
            ),
        )

    def whose(self, visit: Visit) -> str | None:
        """Return the handle of the token."""
        account = self._door.named(visit)
        return account.handle if account else None

    def no_such_address(self, visit: Visit) -> Answer:  # noqa: ARG002 - every one gets the same
        """404 in Google's words."""
        return shapes.error(404, "notFound", "Not Found", domain="global")

    def fault_answer(self, fault: Fault, call: Call, *, visit: Visit) -> Answer:  # noqa: ARG002 - the words depend on the call alone
        """Answer an ordered fault in Google's words."""
        if fault is Fault.RATE_LIMIT:
            return shapes.quota_exceeded()
        if fault is Fault.EXPIRED_TOKEN:
            return shapes.unauthorized()
        if fault is Fault.REFUSE and call is Call.WITHDRAW:
            return shapes.forbidden()
        if fault is Fault.REFUSE:
            return shapes.invalid("invalidVideoMetadata", "The request metadata is invalid.")
        return shapes.backend_error()

    def _list(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, units=LOOK_UNITS)
        ids = visit.query.get("id", "").split(",")
        if len(ids) > MOST_IDS:
            return shapes.invalid("invalidFilters", f"At most {MOST_IDS} ids.")
        found = [self._videos.shown(one, account, parts_of(visit)) for one in ids]
        return shapes.listed("video", [one for one in found if one])

    def _update(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, units=CHANGE_UNITS)
        parts = parts_of(visit) & {"snippet", "status"}
        changed = checked_video(visit, parts=parts)
        video = self._videos.own(account, str(visit.json().get("id")))
        raw = {**video.raw, **changed}
        snippet = raw["snippet"]
        text = "\n\n".join(filter(None, (snippet["title"], snippet.get("description"))))
        language = snippet.get("defaultLanguage")
        self._videos.keep(replace(video, raw=raw, text=text, language=language))
        return as_json(200, self._videos.shown(video.remote_id, account, parts))

    def _delete(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, units=CHANGE_UNITS)
        self._videos.delete(self._videos.own(account, visit.query.get("id", "")))
        return Answer(status=204, body=b"")

    def _channel(self, visit: Visit) -> Answer:
        account = self._door.admit(visit, units=LOOK_UNITS)
        followers = account.followers_at(self._world.now())
        return shapes.listed("channel", [shapes.as_channel(account, followers, parts_of(visit))])


def _by_what_is_read(visit: Visit) -> Call:
    parts = parts_of(visit)
    if "statistics" in parts:
        return Call.READ
    return Call.MEDIA if "processingDetails" in parts else Call.FIND


def _by_what_changes(visit: Visit) -> Call:
    return Call.EDIT if "snippet" in parts_of(visit) else Call.PUBLISH
