"""Marks what may stand in a log that other programs keep: everything else is left out there.

A log that goes to another system must hold no wording of a post and no secret, and what a network
answers may repeat either. So nothing is searched for and taken out; only what is known to be
harmless is let in.
"""


class Said(str):
    """Words of our own, in which nothing stands that a person or a network wrote."""

    __slots__ = ()
