"""Why two arms differ is told from the figures that moved, and only from those."""

from starfoundry.forecast.domain.reasons import reasons
from tests.forecast.outcomes import outcome

DAY = (0,) * 24


def test_what_moved_in_every_pair_is_told_the_largest_first():
    before = [outcome(*DAY, trips={"TRADE": 100 + n, "COLLECT_SELL": 50 + n}) for n in range(3)]
    after = [outcome(*DAY, trips={"TRADE": 121 + n, "COLLECT_SELL": 20 + n}) for n in range(3)]

    assert reasons(before, after) == (
        "21 COLLECT_SELL trips a day instead of 51",
        "122 TRADE trips a day instead of 101",
    )


def test_what_goes_up_here_and_down_there_is_not_told():
    before = [outcome(*DAY, trips={"TRADE": 100}) for _ in range(3)]
    after = [outcome(*DAY, trips={"TRADE": count}) for count in (150, 60, 120)]

    assert reasons(before, after) == ()


def test_idle_time_and_levels_and_markets_are_told_in_words():
    def played(idle, high, sales):
        return [
            outcome(*DAY, time={"idle": idle + n / 1_000}, bought_at={"HIGH": high + n}, sold_at={"X1-A2": sales + n})
            for n in range(3)
        ]

    assert reasons(played(0.20, 1_000, 100_000), played(0.05, 1_400, 90_000)) == (
        "ships stand idle for 5 % of their time instead of 20 %",
        "1,401 units a day are bought at HIGH instead of 1,001",
        "sales at X1-A2 bring 3,750 an hour instead of 4,167",
    )
