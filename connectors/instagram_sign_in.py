"""Signing in to Instagram by way of Facebook, for professional accounts that belong to a page.

The person who looks after the page says yes at Facebook; the account is posted to with the page's
token, and is named beside the page. An account without a page has a sign-in of Instagram's own,
on another host and with other rights, which this program does not speak. Facts: Meta's
documentation, Instagram Platform, "API setup with Facebook Login", Graph API v26.0.
"""

from collections.abc import Iterator

from connectors.contract import Access, AccessRefused
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.instagram_facts import API_VERSION, NAME
from connectors.oauth import scopes_of
from connectors.page_tokens import Person, consent

RIGHTS = (
    Right(scope="pages_show_list", words="see which pages you look after"),
    Right(scope="pages_read_engagement", words="see which Instagram account belongs to a page"),
    Right(scope="instagram_basic", words="see the account's name and posts"),
    Right(scope="instagram_content_publish", words="publish posts"),
    Right(scope="instagram_manage_comments", words="write the first comment below our own posts"),
    Right(
        scope="instagram_manage_insights",
        words="read what is counted for the account and its posts",
    ),
)
_FIELDS = "id,name,access_token,tasks,instagram_business_account{id,username}"


class InstagramSignIn:
    """Lets a person who looks after an account's page say yes for it."""

    rights = RIGHTS
    needs = ("CLIENT_ID", "CLIENT_SECRET")
    owner_page = "facebook.com, Settings, Business integrations"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of Facebook's page."""
        return consent(access, app, asked, scopes_of(RIGHTS), version=API_VERSION)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, and return a grant for every account that belongs to a page."""
        person = Person(NAME, access, app, brought, version=API_VERSION)
        grants = tuple(_accounts(person))
        if not grants:
            message = (
                "No page you look after has an Instagram account: make it a professional account "
                "and join it to a page, then connect."
            )
            raise AccessRefused(message, network=NAME, code="no-account")
        return grants

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Return the grant as it is: only the person can prolong it, by signing in again."""
        del access, app
        return grant

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Do nothing: Facebook can drop the app for a person only, with all their other pages."""
        del access, app, grant
        return False


def _accounts(person: Person) -> Iterator[Grant]:
    for page, token in person.pages(_FIELDS):
        account = page.get("instagram_business_account")
        if not isinstance(account, dict) or not account.get("id"):
            continue
        grant = Grant(
            account=str(account.get("username") or ""),
            credentials={"ACCOUNT_ID": str(account["id"]), "ACCESS_TOKEN": token},
        )
        yield person.with_end(grant, token)
