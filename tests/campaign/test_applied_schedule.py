"""The schedule as it was last applied, which every page and every job asks for."""

from datetime import timedelta

from tests.campaign.office import Office


def test_it_is_read_once_and_anew_when_somebody_has_applied_another(office: Office) -> None:
    assert office.desk.schedule() is None
    office.apply()
    first = office.desk.schedule()
    assert first is not None
    assert office.desk.schedule() is first
    office.write_schedule(late="45m")
    office.apply()
    second = office.desk.schedule()
    assert second is not None
    assert (first.rules.late_limit, second.rules.late_limit) == (
        timedelta(minutes=30),
        timedelta(minutes=45),
    )
