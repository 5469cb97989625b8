"""Signing in to Facebook: a person says yes, and each page that they look after has its own token.

What happens on the way stands in `connectors.page_tokens`. Only the person can prolong it.
"""

from connectors.contract import Access
from connectors.facebook_facts import API_VERSION, NAME
from connectors.grants import App, Asked, Brought, Consent, Grant, Right
from connectors.oauth import scopes_of
from connectors.page_tokens import Person, consent

RIGHTS = (
    Right(scope="pages_show_list", words="see which pages you look after"),
    Right(scope="pages_manage_posts", words="publish posts on the page, and change or delete them"),
    Right(scope="pages_read_engagement", words="read the page's posts and its followers' number"),
    Right(scope="pages_manage_engagement", words="write the first comment below our own posts"),
    Right(scope="read_insights", words="read what Facebook counts for the page and its posts"),
)


class FacebookSignIn:
    """Lets a person who looks after a page say yes for it."""

    rights = RIGHTS
    needs = ("CLIENT_ID", "CLIENT_SECRET")
    owner_page = "facebook.com, Settings, Business integrations"

    def begin(self, access: Access, app: App, asked: Asked) -> Consent:
        """Return the address of Facebook's page."""
        return consent(access, app, asked, scopes_of(RIGHTS), version=API_VERSION)

    def finish(self, access: Access, app: App, brought: Brought) -> tuple[Grant, ...]:
        """Exchange the code, lengthen what came, and return a grant for every page."""
        person = Person(NAME, access, app, brought, version=API_VERSION)
        return tuple(
            person.with_end(
                Grant(
                    account=str(page.get("username") or page.get("name") or ""),
                    credentials={"PAGE_ID": str(page.get("id") or ""), "PAGE_TOKEN": token},
                ),
                token,
            )
            for page, token in person.pages("id,name,username,access_token,tasks")
        )

    def renew(self, access: Access, app: App, grant: Grant) -> Grant:
        """Return the grant as it is: only the person can prolong it, by signing in again."""
        del access, app
        return grant

    def revoke(self, access: Access, app: App, grant: Grant) -> bool:
        """Do nothing: Facebook can drop the app for a person only, with all their other pages."""
        del access, app, grant
        return False
