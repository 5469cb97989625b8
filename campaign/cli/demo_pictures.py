"""Keeps the co-branded pictures of the demo, byte for byte as the networks hold them."""

from collections.abc import Sequence
from pathlib import Path

from campaign.cli.demo_stage import Stage
from campaign.models import Delivery


def write_pictures(stage: Stage, deliveries: Sequence[Delivery]) -> list[Path]:
    """Write what stands on channels whose partner shows its logo; return the files, in order."""
    partners = stage.schedule.partners
    branded = [one for one in deliveries if partners[one.partner].co_branding != "none"]
    held = {
        (network, post.remote_id): post.media
        for network in {one.network for one in branded}
        for post in stage.rehearsal.posts(network)
    }
    written = []
    for one in branded:
        for number, media in enumerate(held.get((one.network, one.remote_id or ""), ()), start=1):
            kind = media.media_type.rpartition("/")[2]
            file = stage.pictures / f"{one.id.replace('/', '--')}--{number}.{kind}"
            stage.pictures.mkdir(exist_ok=True)
            file.write_bytes(media.content)
            written.append(file)
    return written
