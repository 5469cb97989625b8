"""Connectors that take posts down wrongly on purpose, beside those of `wrong_connectors`."""

import time

from connectors.contract import (
    AccessRefused,
    ConnectorError,
    Gone,
    NotSent,
    OutcomeUnknown,
    PostRefused,
    RemoteId,
    Removal,
    Stands,
)
from connectors.x_wire import NAME as X
from tests.connectors.wrong_connectors import WrongX


class DeletesNothing(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        return Gone(was_there=True)


class LeavesItToAPerson(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        return Stands(why="Delete it by hand.")


class TakesGoneForARefusal(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        removal = super().withdraw(remote_id)
        if removal == Gone(was_there=False):
            raise PostRefused("There is no such post.", network=X)
        return removal


class DeletesEverything(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        for one in range(3):
            super().withdraw(RemoteId(str(int(remote_id) - (one - 1) * (1 << 14))))
        return super().withdraw(remote_id)


class TakesAnUnclearDeletionForDone(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        try:
            return super().withdraw(remote_id)
        except OutcomeUnknown:
            return Gone(was_there=True)


class DeletesAgainAtOnce(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        try:
            return super().withdraw(remote_id)
        except ConnectorError:
            return super().withdraw(remote_id)


class TakesARefusalForDone(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        try:
            return super().withdraw(remote_id)
        except (PostRefused, AccessRefused):
            return Gone(was_there=False)


class LeavesTheRepost(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        return Gone(was_there=True) if ":" in remote_id else super().withdraw(remote_id)


class WaitsToDelete(WrongX):
    def withdraw(self, remote_id: RemoteId) -> Removal:
        try:
            return super().withdraw(remote_id)
        except NotSent:
            time.sleep(900)
            raise
