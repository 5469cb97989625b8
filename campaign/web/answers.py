"""What a page raises where it cannot answer; `campaign.web.faults` turns each into a page."""


class AnswerError(Exception):
    """Something that a visitor is told in a sentence."""

    status = 400
    heading = "That cannot be done"


class NotFoundError(AnswerError):
    """There is nothing at this address, or nothing that this visitor may know of."""

    status = 404
    heading = "Page not found"

    def __init__(
        self, message: str = "Check the address, or go back to where you came from."
    ) -> None:
        super().__init__(message)


class ForbiddenError(AnswerError):
    """Somebody is signed in who may not do this."""

    status = 403
    heading = "You may not do this"


class ConflictError(AnswerError):
    """Things stand otherwise than the page believed, for example because somebody was quicker."""

    status = 409
    heading = "Things have moved on"


class TooOftenError(AnswerError):
    """Somebody tries too often; the message says when again."""

    status = 429
    heading = "Too many tries"


class NotSignedInError(Exception):
    """Nobody is signed in where somebody has to be."""


class StaleFormError(Exception):
    """A form that is of another sign-in than the browser now has; what was typed is kept."""

    def __init__(self, typed: list[tuple[str, str]]) -> None:
        super().__init__("the form is of another sign-in")
        self.typed = typed
