from datetime import timedelta
from pathlib import Path

import pytest

from campaign.public_settings import Public
from campaign.schedule.clashes import environment_name
from campaign.settings import SettingsError, read_settings


def test_without_any_setting_the_database_lies_in_the_campaign_folder(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {})
    assert settings.database_url == f"sqlite:///{tmp_path}/campaign.db"
    assert settings.call_timeout == timedelta(seconds=30)
    assert settings.lease == timedelta(seconds=90)
    assert settings.hands == 16


def test_the_folder_comes_from_the_environment_where_none_is_given(tmp_path: Path) -> None:
    assert read_settings(None, {"CAMPAIGN_DIR": str(tmp_path)}).folder == tmp_path


@pytest.mark.parametrize(
    ("channel", "name"),
    [("ico-x", "ICO_X"), ("ndna.facebook", "NDNA_FACEBOOK"), ("a1", "A1")],
)
def test_a_channel_id_becomes_an_environment_name(channel: str, name: str) -> None:
    assert environment_name(channel) == name


def test_the_secrets_of_one_channel_are_found_and_no_others(tmp_path: Path) -> None:
    settings = read_settings(
        tmp_path,
        {
            "CAMPAIGN__ICO_X__API_KEY": "k",
            "CAMPAIGN__ICO_X__API_SECRET": "",
            "CAMPAIGN__ICO_X2__API_KEY": "other",
        },
    )
    assert settings.credentials("ico-x") == {"API_KEY": "k"}


def test_secrets_do_not_show_when_settings_are_printed(tmp_path: Path) -> None:
    settings = read_settings(tmp_path, {"CAMPAIGN__ICO_X__API_KEY": "planted-secret"})
    assert "planted-secret" not in repr(settings)


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"CAMPAIGN_LEASE": "soon"}, "CAMPAIGN_LEASE is “soon”; write a number of seconds"),
        ({"CAMPAIGN_SETTLING": "-1"}, "CAMPAIGN_SETTLING is “-1”"),
        ({"CAMPAIGN_HANDS": "0"}, "CAMPAIGN_HANDS is “0”; write a whole number from 1 to 64"),
        ({"CAMPAIGN_ENGINE": "celery"}, "CAMPAIGN_ENGINE is “celery”; write threads or procras"),
        ({"CAMPAIGN_PUBLIC_URL": "http://media.example"}, "plain http is for this machine's own"),
        ({"CAMPAIGN_PUBLIC_URL": "media.example"}, "CAMPAIGN_PUBLIC_URL is “media.example”; write"),
        ({"CAMPAIGN_PUBLIC_URL": "https://a:b@c.example"}, "CAMPAIGN_PUBLIC_URL is"),
        ({"CAMPAIGN_PUBLIC_URL": "https://media.example?a=b"}, "CAMPAIGN_PUBLIC_URL is"),
        ({"CAMPAIGN_PUBLIC_URL": "https://media.example:x"}, "CAMPAIGN_PUBLIC_URL is"),
        (
            {"CAMPAIGN_PUBLIC_URL": "https://media.example", "CAMPAIGN_LISTEN": "8480"},
            "CAMPAIGN_LISTEN is “8480”; write an address of this machine and a port, 127.0.",
        ),
        ({"CAMPAIGN_LEASE": "20"}, "CAMPAIGN_LEASE must be longer than CAMPAIGN_CALL_TIMEOUT"),
        ({"CAMPAIGN_SETTLING": "90"}, "CAMPAIGN_SETTLING must be longer than CAMPAIGN_LEASE"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    tmp_path: Path, environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read_settings(tmp_path, environment)


@pytest.mark.parametrize(
    ("url", "listen", "public"),
    [
        ("https://media.example/", "", Public(url="https://media.example", port=8480)),
        (
            "https://media.example/desk",
            "0.0.0.0:80",
            Public(url="https://media.example/desk", host="0.0.0.0", port=80),
        ),
        ("http://[::1]:90", "[::1]:90", Public(url="http://[::1]:90", host="::1", port=90)),
    ],
)
def test_the_public_address_and_where_to_listen_for_it(
    tmp_path: Path, url: str, listen: str, public: Public
) -> None:
    known = {"CAMPAIGN_PUBLIC_URL": url, "CAMPAIGN_LISTEN": listen}
    assert read_settings(tmp_path, known).public == public


def test_without_a_public_address_nothing_is_listened_on(tmp_path: Path) -> None:
    assert read_settings(tmp_path, {"CAMPAIGN_LISTEN": "127.0.0.1:90"}).public is None
