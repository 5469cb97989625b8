"""Composes what the occasions send, the same thing only once."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from campaign.content.compose import NoTranslationError, compose
from campaign.content.post import Post
from campaign.payload import Payload
from campaign.planning.occasion import Ledger, Occasion
from campaign.schedule.model import Schedule
from connectors.contract import Network, NetworkName


@dataclass(frozen=True, slots=True)
class Composer:
    """Remembers what one channel sends of one post: a series says the same at every run."""

    schedule: Schedule
    networks: Mapping[NetworkName, Network]
    ledger: Ledger
    _composed: dict[tuple[str, str, int], tuple[Payload, ...]] = field(default_factory=dict)

    def payloads(self, occasion: Occasion, post: Post) -> tuple[Payload, ...]:
        """Return what an occasion sends, part by part; object where nothing can be sent."""
        run = occasion.count if post.varies else 1
        key = (occasion.post, occasion.channel, run)
        if key not in self._composed:
            composed = self._compose(occasion, post)
            if not composed:
                return ()
            self._composed[key] = composed
        return self._composed[key]

    def _compose(self, occasion: Occasion, post: Post) -> tuple[Payload, ...]:
        name = NetworkName(self.schedule.channels[occasion.channel].network)
        place = ("schedule", occasion.entry, "send_to")
        if name not in self.networks:
            self.ledger.object(place, f"network {name}", f"posts cannot go to “{name}” yet")
            return ()
        try:
            return compose(
                post,
                occasion.channel,
                schedule=self.schedule,
                network=self.networks[name],
                run=occasion.count,
            )
        except NoTranslationError as error:
            self.ledger.remark(place, f"language {post.id} {occasion.channel}", str(error))
            return ()
        except LookupError as error:
            self.ledger.object(place, f"wording {post.id} {name}", str(error))
            return ()
