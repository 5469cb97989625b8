"""Shows pictures to the networks of a simulation, which fetch them without a socket."""

from collections.abc import Sequence

from campaign.store.deliveries import AnyDelivery
from connectors.content import digest, whole
from connectors.contract import Media
from rehearsal.fetching import Fetched, NotFetchedError

PLACE = "https://pictures.example"


class Pictures:
    """What is shown, by address; the same picture always at the same one."""

    def __init__(self) -> None:
        self._shown: dict[str, Fetched] = {}

    def show(self, _delivery: AnyDelivery, media: Sequence[Media]) -> list[str]:
        """Return an address for each picture."""
        addresses = [f"{PLACE}/{digest(one.content)}" for one in media]
        for address, one in zip(addresses, media, strict=True):
            self._shown[address] = Fetched(content=whole(one.content), media_type=one.media_type)
        return addresses

    def fetch(self, address: str) -> Fetched:
        """Return what is shown at an address; raise `NotFetchedError` where there is nothing."""
        found = self._shown.get(address)
        if found is None:
            message = "The address answers 404"
            raise NotFetchedError(message)
        return found
