"""An office with a channel on YouTube and a partner who brings pictures of its own."""

from pathlib import Path

from tests.campaign.office import ENTRY
from tests.web.people import WebOffice

FILMS = Path(__file__).parents[1] / "films"
TALK = FILMS / "talk.mp4"
CAPTIONS = b"1\n00:00:00,000 --> 00:00:01,000\nAsk early.\n"
CHANNEL = """\
channels:
  ico-youtube: {network: youtube, partner: ico, mode: pack, handle: "@ico"}
"""
OWN_PICTURES = "npcc: {name: National Police Chiefs' Council, sectors: [police]"


def add_youtube(office: WebOffice, entries: str = ENTRY) -> None:
    """Write the schedule anew, with the channel and with artwork for the police chiefs; apply."""
    office.write_schedule(entries)
    file = office.folder / "schedule.yaml"
    text = file.read_text("utf-8").replace("channels:\n", CHANNEL, 1)
    file.write_text(text.replace(OWN_PICTURES, f"{OWN_PICTURES}, co_branding: artwork"), "utf-8")
    office.apply()
