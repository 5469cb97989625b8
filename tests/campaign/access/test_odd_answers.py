"""What a sign-in service may answer by mistake: nobody is let in, and the person is told so."""

from typing import Any

import pytest
import responses

from campaign.access.organisation import Begun, Organisation, OrganisationError
from campaign.organisation_settings import OrganisationSettings
from tests.connectors.bench import START

ISSUER = "https://login.example"
BACK = "https://desk.example/back"
SETTINGS = OrganisationSettings(issuer=ISSUER, client_id="desk", client_secret="a-secret")
BEGUN = Begun(state="s", nonce="n", verifier="v" * 43)
SAID = {"issuer": ISSUER, "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/keys"}


@pytest.mark.parametrize(
    ("keys", "token"),
    [
        ({"keys": None}, {"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"}),
        ({"keys": [5]}, {"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"}),
        ({"keys": []}, [5]),
    ],
)
@responses.activate
def test_keys_and_tokens_of_another_kind_let_nobody_in(keys: Any, token: Any) -> None:
    responses.get(f"{ISSUER}/.well-known/openid-configuration", json=SAID)
    responses.get(f"{ISSUER}/keys", json=keys)
    responses.post(f"{ISSUER}/token", json=token)
    with pytest.raises(OrganisationError, match="did not confirm this sign-in"):
        Organisation(SETTINGS, BACK).finish(BEGUN, f"{BACK}?code=c&state=s", START)


@responses.activate
def test_what_is_nested_beyond_reason_is_no_answer() -> None:
    address = f"{ISSUER}/.well-known/openid-configuration"
    responses.get(address, body=b"[" * 100_000, content_type="application/json")
    with pytest.raises(OrganisationError, match="cannot be reached"):
        Organisation(SETTINGS, BACK).address_for(BEGUN)
