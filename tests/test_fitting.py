"""Parameters are fitted to the log by the engine, and judged by what came later."""

from collections.abc import Sequence

import fsrs_rs_python as fsrs
import learners
import pytest
from builders import AGAIN, DAY, GOOD, reviewed

from mlquiz.core.errors import BadInput
from mlquiz.core.fitting import ALL, FIRST_FOUR, Data, Fit, fit
from mlquiz.core.history import answers, histories
from mlquiz.core.log import Entry, Reviewed
from mlquiz.core.memory import DEFAULT_PARAMETERS, MemoryModel
from mlquiz.core.schedule import Scheduler
from mlquiz.core.workload import Graded, year

START = 20_000
PARTS = 7
"""Six fits and the word that begins."""


def fitted(log: Sequence[Entry], current: tuple[float, ...] = DEFAULT_PARAMETERS, since: str = "") -> Fit:
    return fit(histories(log), current, since)


def test_parameters_are_those_of_the_engine_called_directly() -> None:
    log = learners.log(80, 6, learners.FORGETFUL)
    items, cards = [], []
    of_question = {history.question: history for history in histories(log)}
    place = dict.fromkeys(of_question, 0)
    for entry in log:
        history, at = of_question[entry.question], place[entry.question]
        place[entry.question] += 1
        if history.gaps[at]:
            reviews = list(map(fsrs.FSRSReview, history.ratings, history.gaps))
            items.append(fsrs.FSRSItem(reviews[: at + 1]))
            cards.append(sorted(of_question).index(entry.question))
    assert len(items) > ALL
    directly = fsrs.FSRS(list(DEFAULT_PARAMETERS)).compute_parameters(items, cards)
    found = fitted(log)
    assert (found.parameters, found.reviews) == (tuple(directly), len(items))


def test_what_is_tested_is_expected_as_the_cards_expect_it() -> None:
    told = histories(learners.log(30, 6, learners.FORGETFUL))
    scheduler = Scheduler(MemoryModel(learners.FORGETFUL))
    recalls = [one.recall for one in answers(scheduler, told) if one.elapsed]
    data = Data(told)
    assert data.expected(learners.FORGETFUL, 0, len(data)).tolist() == pytest.approx(recalls, rel=1e-12)


def test_one_who_forgets_sooner_gets_better_parameters() -> None:
    found = fitted(learners.log(300, 8, learners.FORGETFUL))
    assert found.scores and found.is_better
    before, after = found.scores
    assert after.log_loss < before.log_loss - 0.01
    assert all(new < old for new, old in zip(found.parameters[:3], DEFAULT_PARAMETERS[:3], strict=True))


def test_the_later_part_is_predicted_from_the_earlier_alone() -> None:
    """Turning the last answers round changes what is fitted to all, but no expectation of them."""
    log = learners.log(300, 8, learners.FORGETFUL)
    finals = {history.answers[-1].id for history in histories(log)}
    last = [entry for entry in log if entry.id in finals][-30:]
    one, other = fitted(log), fitted([_turned(entry) if entry in last else entry for entry in log])
    assert one.parameters != other.parameters
    assert list(one.after.expected) == list(other.after.expected)
    assert list(one.after.right) != list(other.after.right)


def _turned(entry: Reviewed) -> Reviewed:
    return reviewed(entry.at, entry.question, GOOD if entry.rating == AGAIN else AGAIN)


def test_parameters_in_force_are_judged_on_what_came_after_them() -> None:
    log = learners.log(60, 6, learners.FORGETFUL)
    since = log[len(log) * 3 // 4].id
    found = fitted(log, fitted(log[: len(log) * 3 // 4]).parameters, since)
    later = {one.entry.id for one in answers(Scheduler(MemoryModel()), histories(log)) if one.elapsed}
    assert len(found.before) == len(found.after) == len({id for id in later if id > since})


@pytest.mark.parametrize("reviews", [0, 1, FIRST_FOUR - 1])
def test_below_eight_reviews_the_default_parameters_stay(reviews: int) -> None:
    found = fitted([reviewed((START + 3 * day) * DAY) for day in range(reviews + 1)])
    assert (found.parameters, found.changed, found.is_better) == (DEFAULT_PARAMETERS, False, False)
    assert (found.reviews, found.scores) == (reviews, None)


def test_below_sixty_four_reviews_only_the_first_four_move() -> None:
    log = [reviewed(START * DAY + number, f"q{number}") for number in range(20)]
    log += [reviewed((START + 3) * DAY + number, f"q{number}", AGAIN if number % 3 else GOOD) for number in range(20)]
    found = fitted(log)
    assert FIRST_FOUR < found.reviews < ALL
    assert found.parameters[4:] == DEFAULT_PARAMETERS[4:]
    assert found.parameters[:4] != DEFAULT_PARAMETERS[:4]


def test_same_day_answers_teach_nothing_by_themselves() -> None:
    assert fitted([reviewed(START * DAY + minute * 60_000) for minute in range(40)]).reviews == 0


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    fit(histories(learners.log(60, 6, learners.FORGETFUL)), DEFAULT_PARAMETERS, told=lambda *parts: told.append(parts))
    assert told == [(done, PARTS - 1) for done in range(PARTS)]


@pytest.mark.parametrize(
    "absurd",
    [
        reviewed(START * DAY, day=START + 30), reviewed(-(10**15)), reviewed((START + 40_000) * DAY),
        reviewed(START * DAY, day=-(10**9)),
    ],
)  # fmt: skip
def test_an_absurd_time_is_refused(absurd: Entry) -> None:
    log = [reviewed((START - 5) * DAY), absurd]
    if absurd.at == -(10**15):  # it stands before the others, by itself possible
        log.append(reviewed(START * DAY + 1))
    with pytest.raises(BadInput, match="absurd time, to q"):
        fitted(log)


def test_more_retention_is_more_work_and_more_known() -> None:
    years = [year(DEFAULT_PARAMETERS, retention, [], 100, 10) for retention in (0.8, 0.9, 0.95)]
    assert sorted(years, key=lambda one: one.reviews) == years == sorted(years, key=lambda one: one.minutes)
    assert sorted(years, key=lambda one: one.known) == years
    assert all(0 < one.known < 1 for one in years)


def test_one_who_takes_longer_needs_more_minutes() -> None:
    slow = [Graded(GOOD, 120.0, state, is_first=state == 0) for state in (0, 1, 2) for _ in range(200)]
    assert year(DEFAULT_PARAMETERS, 0.9, slow, 50, 5).minutes > 3 * year(DEFAULT_PARAMETERS, 0.9, [], 50, 5).minutes


def test_simulated_years_are_the_same_each_time() -> None:
    assert year(DEFAULT_PARAMETERS, 0.9, [], 30, 5) == year(DEFAULT_PARAMETERS, 0.9, [], 30, 5)
