"""What can be wrong with a backup, an export, or the place that one is brought back into."""

from campaign.store.backends import StoreError


class KeepingError(StoreError):
    """A backup, restore, export or import that cannot be made; the message says what to do."""
