"""Connectors that edit posts wrongly on purpose, beside those of `wrong_connectors`."""

from dataclasses import replace

from connectors.contract import (
    ConnectorError,
    Correction,
    Edited,
    OutcomeUnknown,
    OutgoingPost,
    Prepared,
    RemoteId,
    Stands,
)
from tests.connectors.wrong_connectors import WrongMastodon


class EditsNothing(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        return Edited()


class LeavesEveryEdit(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        return Stands(why="Edit it by hand.")


class TrimsTheEdit(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        return super().correct(remote_id, replace(post, text=post.text[:10]))


class DropsThePictures(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        self._api.edit(remote_id, {"status": post.text, "language": post.language})
        return Edited()


class PostsTheEdit(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        self.publish(replace(post, media=()), Prepared())
        return Edited()


class TakesAnUnclearEditForDone(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        try:
            return super().correct(remote_id, post)
        except OutcomeUnknown:
            return Edited()


class TakesARefusedEditForDone(WrongMastodon):
    def correct(self, remote_id: RemoteId, post: OutgoingPost) -> Correction:
        try:
            return super().correct(remote_id, post)
        except ConnectorError:
            return Edited()
