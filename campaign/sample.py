"""Finds the sample campaign: beside the code in a checkout, inside the package in a wheel."""

from pathlib import Path

PACKAGE = Path(__file__).parent


def sample_folder() -> Path:
    """Return the folder that holds the sample's schedule.yaml, posts/ and partners/."""
    packed = PACKAGE / "sample_files"
    return packed if (packed / "schedule.yaml").is_file() else PACKAGE.parent
