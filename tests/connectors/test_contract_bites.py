import inspect
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors import x
from connectors.contract import (
    Access,
    Connector,
    ConnectorError,
    DeliveryKey,
    Network,
    NetworkName,
    PostRefused,
    RemoteId,
)
from connectors.x_facts import CAPABILITIES
from rehearsal.server import Call, Fault
from tests.connectors import test_mastodon, test_webhook, test_x, test_youtube
from tests.connectors import wrong_connectors as wrong
from tests.connectors import wrong_corrections as edit
from tests.connectors import wrong_uploads as up
from tests.connectors import wrong_withdrawals as down
from tests.connectors.bench import Sample, open_bench
from tests.connectors.contract import ConnectorContract, record_naps

Connect = Callable[[Access], Connector]
Arguments = dict[str, Any]

SAMPLES: dict[NetworkName, Sample] = {
    one.network.name: one
    for one in (test_x.SAMPLE, test_mastodon.SAMPLE, test_webhook.SAMPLE, test_youtube.SAMPLE)
}
BREACH = (AssertionError, pytest.fail.Exception, ConnectorError)
KEY_LAW = "the_key_belongs_to_the_delivery"
OFFER_LAW = "what_the_network_does_not_have_never_goes_out_as_a_post"
ADDRESS_LAW = "an_address_given_by_hand_leads_to_the_same_counts"
DROP: Arguments = {"fault": Fault.STORE_THEN_DROP}

WITHDRAWALS: list[tuple[Connect, str, Arguments]] = [
    (
        down.DeletesNothing,
        "a_withdrawn_post_is_gone_or_the_network_says_that_it_cannot",
        {},
    ),
    (
        down.LeavesItToAPerson,
        "a_withdrawn_post_is_gone_or_the_network_says_that_it_cannot",
        {},
    ),
    (down.TakesGoneForARefusal, "a_post_that_is_gone_already_can_be_withdrawn_again", {}),
    (down.TakesGoneForARefusal, "a_post_that_never_was_counts_as_gone", {}),
    (down.LeavesItToAPerson, "a_post_known_by_its_address_can_be_withdrawn", {}),
    (down.LeavesTheRepost, "a_repost_is_taken_back_and_what_it_passed_on_stands", {}),
    (down.DeletesEverything, "only_the_one_post_is_withdrawn", {}),
    (
        down.TakesAnUnclearDeletionForDone,
        "an_unclear_withdrawal_is_unknown_and_asking_again_settles_it",
        {"fault": Fault.FAIL_BEFORE_STORING},
    ),
    (
        down.DeletesAgainAtOnce,
        "an_unclear_withdrawal_is_unknown_and_asking_again_settles_it",
        {"fault": Fault.STORE_THEN_DROP},
    ),
    (down.TakesARefusalForDone, "a_refused_withdrawal_leaves_the_post_and_says_so", {}),
    (down.TakesARefusalForDone, "a_token_that_ran_out_leaves_no_withdrawal_half_done", {}),
    (down.DeletesNothing, "another_accounts_post_is_never_withdrawn", {}),
    (down.WaitsToDelete, "a_rate_limit_on_withdrawals_says_when_to_come_back", {}),
]
CAN = "a_corrected_post_has_the_new_words_or_the_network_says_that_it_cannot"
CORRECTIONS: list[tuple[Connect, str, Arguments]] = [
    (edit.EditsNothing, CAN, {}),
    (edit.LeavesEveryEdit, CAN, {}),
    (edit.TrimsTheEdit, CAN, {}),
    (edit.DropsThePictures, "pictures_and_their_alt_text_stay_when_the_words_change", {}),
    (edit.PostsTheEdit, "the_same_correction_twice_is_one", {}),
    (
        edit.TakesAnUnclearEditForDone,
        "an_unclear_correction_is_unknown_and_asking_again_settles_it",
        {"fault": Fault.STORE_THEN_DROP},
    ),
    (
        edit.TakesARefusedEditForDone,
        "a_refused_correction_leaves_the_words_and_says_so",
        {"fault": Fault.REFUSE, "error": PostRefused},
    ),
    (edit.TakesARefusedEditForDone, "a_post_that_is_gone_is_not_made_anew_by_a_correction", {}),
    (edit.PostsTheEdit, "another_accounts_post_is_never_corrected", {}),
]
BITES: list[tuple[Connect, str, Arguments]] = [
    (wrong.SendsAgainAfterATimeout, "an_unclear_end_is_unknown_after_exactly_one_request", DROP),
    (wrong.SwallowsTheError, "an_unclear_end_is_unknown_after_exactly_one_request", DROP),
    (wrong.CallsAnUnclearEndARefusal, "an_unclear_end_is_unknown_after_exactly_one_request", DROP),
    (
        wrong.CallsAnUnclearEndARefusal,
        "an_answer_nobody_documents_is_never_taken_for_a_refusal",
        {},
    ),
    (wrong.HidesTheCause, "a_broken_connection_is_named_as_the_cause", {}),
    (wrong.SwallowsTheError, "a_refused_post_is_the_editors_to_mend", {}),
    (wrong.BlamesTheAccount, "a_refused_post_is_the_editors_to_mend", {}),
    (wrong.LosesTheTimeToComeBack, "a_rate_limit_says_when_to_try_again_and_does_not_wait", {}),
    (wrong.SleepsUntilItMay, "a_rate_limit_says_when_to_try_again_and_does_not_wait", {}),
    (wrong.SleepsUntilItMay, "nothing_ever_sleeps", {}),
    (wrong.SwallowsTheError, "wrong_credentials_refuse_access_and_send_nothing", {}),
    (wrong.SwallowsTheError, "nothing_was_sent_to_a_server_that_is_not_there", {}),
    (wrong.SendsWithoutPictures, "a_post_never_goes_out_without_its_pictures", {}),
    (wrong.DropsAltText, "the_alt_text_provably_arrives", {}),
    (wrong.TurnsPicturesRound, "four_pictures_arrive_whole_and_in_order", {}),
    (wrong.UploadsAgainAndAgain, "preparing_shows_nothing_and_is_not_repeated_when_resumed", {}),
    (wrong.PublishesWhilePreparing, "preparing_shows_nothing_and_is_not_repeated_when_resumed", {}),
    (wrong.TrustsOldUploads, "uploads_that_have_expired_are_made_again", {}),
    (wrong.MakesANewKeyEachTime, "the_same_delivery_twice_is_one_post", {}),
    (wrong.MakesANewKeyEachTime, "a_repeat_after_a_lost_answer_makes_no_second_post", {}),
    (wrong.LosesTheLanguage, "the_language_arrives_where_the_network_has_one", {}),
    (wrong.TrimsTheText, "what_was_asked_is_what_stands_on_the_network", {}),
    (wrong.CountsCodePoints, "check_takes_the_limit_and_not_one_more", {}),
    (wrong.AllowsOneMore, "check_takes_the_limit_and_not_one_more", {}),
    (wrong.ChecksNothing, "check_names_what_else_the_network_would_refuse", {}),
    (wrong.ChecksNothing, "check_takes_alt_text_up_to_its_limit", {}),
    (wrong.TrimsTheText, "the_network_agrees_about_its_limit", {}),
    (
        wrong.ClaimsItsLimitsWereAnnounced,
        "limits_are_marked_as_announced_only_where_the_server_said_so",
        {},
    ),
    (
        wrong.ForgetsWhatItAnswers,
        "a_thread_stands_in_order_each_part_under_the_one_before",
        {},
    ),
    (wrong.ForgetsWhatItAnswers, "a_first_comment_stands_under_its_post", {}),
    (wrong.ForgetsWhatItAnswers, "an_answer_to_what_is_gone_is_refused", {}),
    (wrong.LooksAmongPostsOnly, "an_answer_that_went_out_unseen_is_found", DROP),
    (wrong.LooksAmongPostsOnly, "a_post_by_itself_is_not_taken_for_an_answer", {}),
    (wrong.TakesNotSeeingForAbsence, "an_answer_that_never_arrived_is_not_found", {}),
    (wrong.MakesANewKeyEachTime, "the_same_answer_twice_is_one", {}),
    (wrong.CopiesInsteadOfReposting, "a_repost_passes_the_original_on", {}),
    (wrong.CopiesInsteadOfReposting, "the_same_repost_twice_is_one", {}),
    (wrong.OverlooksItsOwnPost, "a_repost_that_went_out_unseen_is_found", DROP),
    (wrong.TakesNotSeeingForAbsence, "a_repost_that_was_never_made_is_not_found", {}),
    (wrong.OverlooksItsOwnPost, "a_post_that_went_out_unseen_is_found", DROP),
    (
        wrong.TakesNotSeeingForAbsence,
        "a_post_that_never_arrived_is_absent_only_where_that_can_be_proved",
        {},
    ),
    (wrong.TakesNotSeeingForAbsence, "before_anything_was_sent_nothing_is_found", {}),
    (
        wrong.TakesAFailedLookForAbsence,
        "a_look_that_failed_proves_nothing",
        {"fault": Fault.HTML_ERROR},
    ),
    (wrong.TakesAnyPost, "another_text_is_not_mistaken_for_the_one_sought", {}),
    (wrong.TakesAnotherDeliverysPost, "a_post_that_belongs_to_another_delivery_is_not_taken", {}),
    (wrong.SaysZeroForMissing, "every_id_gets_a_reading_in_the_order_asked", {}),
    (wrong.SaysZeroForMissing, "a_count_the_network_does_not_have_is_no_zero", {}),
    (
        wrong.SaysZeroWhenItCannotRead,
        "counts_that_cannot_be_read_are_never_numbers",
        {"fault": Fault.EMPTY_ERROR},
    ),
    (wrong.SaysZeroWhenItCannotRead, "a_rate_limit_on_reading_says_when_to_come_back", {}),
    (
        wrong.SaysZeroWhenItCannotRead,
        "followers_that_cannot_be_read_are_never_numbers",
        {"fault": Fault.EMPTY_ERROR},
    ),
    (wrong.SaysZeroForEverything, "every_offered_count_is_a_value_or_a_reason", {}),
    (wrong.SaysZeroForEverything, "the_account_knows_its_followers", {}),
    (wrong.LeavesOutWhatIsGone, "every_id_gets_a_reading_in_the_order_asked", {}),
    (wrong.ReadsOneByOne, "many_ids_are_read_in_the_largest_batches", {}),
    (wrong.SaysThatItWasSeen, "a_look_sees_only_where_it_can", {}),
    (
        wrong.CountsWhatNobodyCounts,
        "what_is_not_counted_is_asked_of_nobody_and_has_no_value",
        {},
    ),
    (wrong.AsksForNothing, "reading_nothing_asks_nothing", {}),
    (wrong.RemembersWhoItIs, "whose_they_are_is_asked_anew_each_time", {}),
    (wrong.NamesWhoeverIsConfigured, "the_credentials_say_whose_they_are", {}),
    (wrong.NeverTimesOut, "a_silent_server_is_left_when_the_time_is_up", {"call": Call.PUBLISH}),
    (wrong.NeverTimesOut, "a_silent_server_is_left_when_the_time_is_up", {"call": Call.READ}),
    (wrong.NamesTheTokenInAnError, "no_secret_is_shown_by_an_error", {}),
    (wrong.ShowsTheTokenInItsRepr, "no_secret_is_shown_by_any_representation", {}),
    (wrong.LogsTheToken, "no_secret_and_no_wording_is_logged", {}),
    (wrong.LogsTheWording, "no_secret_and_no_wording_is_logged", {}),
    (wrong.SwallowsTheError, "a_token_that_ran_out_sends_at_most_one_post", {}),
    (wrong.SignsInWithAnything, "missing_credentials_are_refused_with_a_remedy", {}),
    (wrong.ClosesOnlyOnce, "closing_twice_does_no_harm", {}),
    (up.UploadsInPublic, "preparing_shows_nothing_and_is_not_repeated_when_resumed", {}),
    (up.UploadsAgainEachTime, "preparing_shows_nothing_and_is_not_repeated_when_resumed", {}),
    (up.UploadsAgainEachTime, "the_same_delivery_twice_is_one_post", {}),
    (up.UploadsAgainEachTime, "a_repeat_after_a_lost_answer_makes_no_second_post", {}),
    (up.ReadsStrangersToo, ADDRESS_LAW, {}),
    *WITHDRAWALS,
    *CORRECTIONS,
]
_NO_THREADS = replace(CAPABILITIES, threads=False, comments=False)
_NO_REPOSTS = replace(CAPABILITIES, reposts=False)
WRONG_FACTS: list[tuple[Network, str]] = [
    (replace(x.NETWORK, capabilities=_NO_THREADS), OFFER_LAW),
    (replace(x.NETWORK, capabilities=_NO_REPOSTS), OFFER_LAW),
    (replace(x.NETWORK, choose_key=lambda _delivery, content, _at: DeliveryKey(content)), KEY_LAW),
    (replace(x.NETWORK, choose_key=lambda *_: DeliveryKey(str(uuid.uuid4()))), KEY_LAW),
    (replace(x.NETWORK, read_permalink=lambda *_: None), ADDRESS_LAW),
    (replace(x.NETWORK, read_permalink=lambda url, *_: RemoteId(url[-19:])), ADDRESS_LAW),
]


@pytest.mark.parametrize(
    ("connect", "law", "arguments"),
    BITES,
    ids=[f"{getattr(one[0], '__name__', '')}-{one[1]}" for one in BITES],
)
def test_a_wrong_connector_fails_its_law(
    connect: Connect,
    law: str,
    arguments: Arguments,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    test = getattr(ConnectorContract, f"test_{law}")
    sample = SAMPLES[connect.network]  # type: ignore[attr-defined]  # every wrong class has one
    with open_bench(sample, connect=connect) as bench:
        offered = {
            "self": ConnectorContract(),
            "bench": bench,
            "naps": record_naps(monkeypatch),
            "caplog": caplog,
        }
        wanted = [name for name in inspect.signature(test).parameters if name in offered]
        with pytest.raises(BREACH):
            test(**{name: offered[name] for name in wanted}, **arguments)


def test_every_law_has_been_seen_to_bite() -> None:
    laws = {name.removeprefix("test_") for name in dir(ConnectorContract) if "test_" in name}
    tried = {law for _, law, _ in BITES}
    assert laws == tried | {law for _, law in WRONG_FACTS}


@pytest.mark.parametrize(("network", "law"), WRONG_FACTS)
def test_a_network_with_wrong_facts_fails_its_law(network: Network, law: str) -> None:
    with open_bench(replace(test_x.SAMPLE, network=network)) as bench, pytest.raises(BREACH):
        getattr(ConnectorContract(), f"test_{law}")(bench)
