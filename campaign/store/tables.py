"""The tables of `campaign.models` as Core sees them; every hot path uses these."""

from sqlalchemy import Subquery, Table, select
from sqlalchemy.orm import configure_mappers
from sqlmodel import SQLModel

import campaign.models
import campaign.models_api
import campaign.models_audit
import campaign.models_changes
import campaign.models_composing
import campaign.models_keeping
import campaign.models_links
import campaign.models_media
import campaign.models_notices
import campaign.models_operating
import campaign.models_outside
import campaign.models_outward
import campaign.models_partner_links
import campaign.models_partners
import campaign.models_people
import campaign.models_records
import campaign.models_reports
import campaign.models_sign_in
import campaign.models_themes  # noqa: F401 - they fill the metadata

configure_mappers()  # rows are made into models without the constructor that would do it
_TABLES = SQLModel.metadata.tables
CAMPAIGN: Table = _TABLES["campaign"]
CHANNEL: Table = _TABLES["channel"]
PAYLOAD: Table = _TABLES["payload"]
MEDIA: Table = _TABLES["media"]
MEDIA_PART: Table = _TABLES["media_part"]
DELIVERY: Table = _TABLES["delivery"]
ATTEMPT: Table = _TABLES["attempt"]
SHOWN: Table = _TABLES["shown_media"]
GATE: Table = _TABLES["gate"]
MOVE: Table = _TABLES["move"]
HOLD_WINDOW: Table = _TABLES["hold_window"]
STOP: Table = _TABLES["stop"]
LET_THROUGH: Table = _TABLES["let_through"]
SERIES_KIND: Table = _TABLES["series_kind"]
SERIES: Table = _TABLES["series"]
READING: Table = _TABLES["reading"]
WEEK_BLOCK: Table = _TABLES["week_block"]
ACCOUNT_SNAPSHOT: Table = _TABLES["account_snapshot"]
CHARGE: Table = _TABLES["charge"]
REPORT_NOTE: Table = _TABLES["report_note"]
REPORT_ISSUE: Table = _TABLES["report_issue"]
REPORT_FILE: Table = _TABLES["report_file"]
LETTER: Table = _TABLES["letter"]
OBJECTIVE_VALUE: Table = _TABLES["objective_value"]
WITHDRAWAL: Table = _TABLES["withdrawal"]
CORRECTION: Table = _TABLES["correction"]
CORRECTION_WORD: Table = _TABLES["correction_word"]
CREDENTIAL: Table = _TABLES["credential"]
KEPT_SESSION: Table = _TABLES["kept_session"]
INVITATION: Table = _TABLES["invitation"]
DEED: Table = _TABLES["deed"]
SEAL: Table = _TABLES["seal"]
PERSON: Table = _TABLES["person"]
ABSENCE: Table = _TABLES["absence"]
VISIT: Table = _TABLES["visit"]
SIGN_IN_TRY: Table = _TABLES["sign_in_try"]
SIGN_IN_LINK: Table = _TABLES["sign_in_link"]
LINK_CHECK: Table = _TABLES["link_check"]
PARTNER_QUESTION: Table = _TABLES["partner_question"]
PARTNER_REMINDER: Table = _TABLES["partner_reminder"]
PARTNER_ADDRESS: Table = _TABLES["partner_address"]
PARTNER_LEAVING: Table = _TABLES["partner_leaving"]
EMBARGO: Table = _TABLES["embargo"]
POST_THEME: Table = _TABLES["post_theme"]
PARTNER_LINK: Table = _TABLES["partner_link"]
LINK_REQUEST: Table = _TABLES["link_request"]
SCREENSHOT: Table = _TABLES["screenshot"]
SIGHTING: Table = _TABLES["sighting"]
RESTORATION: Table = _TABLES["restoration"]
OPERATOR_ALARM: Table = _TABLES["operator_alarm"]
NOTICE: Table = _TABLES["notice"]
NOTICE_CHOICE: Table = _TABLES["notice_choice"]
PREVIEW_LINK: Table = _TABLES["preview_link"]
LEGAL_HOLD: Table = _TABLES["legal_hold"]
TOMBSTONE: Table = _TABLES["tombstone"]
HEARTBEAT: Table = _TABLES["heartbeat"]
RELOCATION: Table = _TABLES["relocation"]
ACCESS_TOKEN: Table = _TABLES["access_token"]
API_ANSWER: Table = _TABLES["api_answer"]
OUTSIDE_LINK: Table = _TABLES["outside_link"]
OUTSIDE_QUESTION: Table = _TABLES["outside_question"]
SUBSCRIBER: Table = _TABLES["subscriber"]
OUTWARD_MESSAGE: Table = _TABLES["outward_message"]

SNAPSHOT: Subquery = (
    select(
        SERIES.c.delivery_id,
        SERIES_KIND.c.metric,
        SERIES_KIND.c.definition,
        SERIES_KIND.c.source,
        READING.c.observed_at,
        READING.c.recorded_at,
        READING.c.value,
        READING.c.reason,
    )
    .join_from(SERIES, READING, READING.c.series_id == SERIES.c.id)
    .join(SERIES_KIND, SERIES_KIND.c.id == SERIES.c.kind)
    .subquery("snapshot")
)
"""Readings with the delivery and the definition they belong to: for selecting."""
