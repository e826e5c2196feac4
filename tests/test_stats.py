"""`mlquiz stats`: what stands on the screen, in a pipe, in JSON and in a picture."""

import json
import os
from io import StringIO
from pathlib import Path
from time import time

import learners
import pytest
import sample
from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, reviewed, undone
from rich.cells import cell_len
from rich.console import Console
from terminal import Terminal, run, says

from mlquiz.core.activity import Day
from mlquiz.core.history import answers, histories
from mlquiz.core.log import Entry, replay
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.stats import Stats, stats
from mlquiz.messages import translations
from mlquiz.store import Store
from mlquiz.view.chart import Columns
from mlquiz.view.stats import Year, _shade
from mlquiz.view.stats import stats as shown

START = 20_000
TODAY = START + 40


def some() -> Stats:
    log: list[Entry] = list(learners.log(24, 4, learners.FORGETFUL, start=START))
    log = [entry for entry in log if entry.day <= TODAY]
    topics = {f"q{number}": ("trees", "fruit")[number % 2] for number in range(20)}
    return stats(answers(SCHEDULER, histories(log)), replay(SCHEDULER, log).values(), topics, TODAY)


def text(of: Stats, language: Language = "en", width: int = 80, **options: bool) -> str:
    console = Console(file=StringIO(), width=width, markup=False, highlight=False)
    console.print(shown(of, 0.9, translations(language), language, **options))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


PIPED: dict[Language, str] = {
    "en": """\
96 answers, 31 study days, 2 minutes
Study days in a row: 0, at most 27.

True retention
                       recalled  share  95% interval
all                       18/25    72%        52–86%
no longer in the bank       5/7    71%        36–92%
fruit                       6/8    75%        41–93%
trees                      7/10    70%        40–89%
First answers of a day to cards past the learning steps. Desired retention: 90%.

Due in the next 30 days
Today 19, within 7 days 19, within 30 days 22; new questions not counted.

Minutes a day
0.1 minutes a study day on average; most answers, 8, on 2024-10-18.

Hardest
question  forgotten  asked  difficulty  stability
q0                1      4         8.8        0.1
q9                1      4         8.4        0.9
q21               1      4         7.8        0.6
q22               1      4         7.4        1.6
q10               1      4         7.4        0.7
q12               1      4         7.4        0.7
q11               1      4         7.0        0.9

Expected and actual recall
expected recall  actual  95% interval  recalled
            78%     80%        38–96%       4/5
            89%     80%        38–96%       4/5
            91%     67%        42–85%     10/15
Log loss: 0.728.""",
    "ru": """\
96 ответов, 31 учебный день, 2 минуты
Учебных дней подряд: 0, самое большее 27.

Истинная доля вспоминания
                   вспомнено  доля  95-процентный интервал
все                    18/25  72 %                 52–86 %
больше не в банке        5/7  71 %                 36–92 %
fruit                    6/8  75 %                 41–93 %
trees                   7/10  70 %                 40–89 %
Первые за день ответы на карточки, прошедшие шаги заучивания. Желаемая доля
вспоминания: 90 %.

К повторению в ближайшие 30 дней
Сегодня 19, за 7 дней 19, за 30 дней 22; новые вопросы не считаются.

Минут в день
В среднем 0,1 мин за учебный день; больше всего ответов, 8, было 2024-10-18.

Самые трудные
вопрос  забыт  задан  сложность  стабильность
q0          1      4        8,8           0,1
q9          1      4        8,4           0,9
q21         1      4        7,8           0,6
q22         1      4        7,4           1,6
q10         1      4        7,4           0,7
q12         1      4        7,4           0,7
q11         1      4        7,0           0,9

Ожидание и действительность
ожидание  на деле  95-процентный интервал  вспомнено
    78 %     80 %                 38–96 %        4/5
    89 %     80 %                 38–96 %        4/5
    91 %     67 %                 42–85 %      10/15
Логарифмические потери: 0,728.""",
    "fr": """\
96 réponses, 31 jours d'étude, 2 minutes
Jours d'étude d'affilée : 0, au plus 27.

Rétention réelle
                     rappelées  part  intervalle à 95 %
toutes                   18/25  72 %            52–86 %
plus dans la banque        5/7  71 %            36–92 %
fruit                      6/8  75 %            41–93 %
trees                     7/10  70 %            40–89 %
Premières réponses du jour aux cartes sorties de l'apprentissage. Rétention
visée : 90 %.

À réviser dans les 30 prochains jours
Aujourd'hui 19, en 7 jours 19, en 30 jours 22 ; sans les nouvelles questions.

Minutes par jour
En moyenne 0,1 min par jour d'étude ; le plus de réponses, 8, le 2024-10-18.

Les plus difficiles
question  oublis  posée  difficulté  stabilité
q0             1      4         8,8        0,1
q9             1      4         8,4        0,9
q21            1      4         7,8        0,6
q22            1      4         7,4        1,6
q10            1      4         7,4        0,7
q12            1      4         7,4        0,7
q11            1      4         7,0        0,9

Rappel attendu et rappel réel
attendu  réel  intervalle à 95 %  rappelées
   78 %  80 %            38–96 %        4/5
   89 %  80 %            38–96 %        4/5
   91 %  67 %            42–85 %      10/15
Perte logarithmique : 0,728.""",
    "zh": """\
96 次作答，31 个学习日，2 分钟
连续学习天数：0，最长 27。

真实保持率
             记住  比例  95% 区间
全部        18/25   72%    52–86%
已不在题库    5/7   71%    36–92%
fruit         6/8   75%    41–93%
trees        7/10   70%    40–89%
每天只计对已过学习阶段的卡片的第一次作答。期望保持率：90%。

未来 30 天到期
今天 19，7 天内 19，30 天内 22；不含新题。

每天分钟数
平均每个学习日 0.1 分钟；作答最多的一天是 2024-10-18，共 8 次。

最难的题
题目  遗忘  提问  难度  稳定性
q0       1     4   8.8     0.1
q9       1     4   8.4     0.9
q21      1     4   7.8     0.6
q22      1     4   7.4     1.6
q10      1     4   7.4     0.7
q12      1     4   7.4     0.7
q11      1     4   7.0     0.9

预期与实际回忆率
预期  实际  95% 区间   记住
 78%   80%    38–96%    4/5
 89%   80%    38–96%    4/5
 91%   67%    42–85%  10/15
对数损失：0.728。""",
}
"""What a pipe gets."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_pipe_gets_tables_and_sentences_in_each_language(language: Language) -> None:
    assert text(some(), language, charts=False) == PIPED[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [42, 80, 140])
def test_the_screen_is_never_wider_than_it_is(language: Language, width: int) -> None:
    lines = text(some(), language, width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert any("█" in line for line in lines)


def test_columns_are_as_high_as_their_values() -> None:
    console = Console(file=StringIO(), width=60)
    console.print(Columns([0, 1, 4, 8], "8", {0: "Mon"}, height=2))
    assert isinstance(console.file, StringIO)
    drawn = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert drawn == ["8 │         ██", "  │   ▂▂ ██ ██", "0 └────────────", "   Mon"]


def test_a_day_of_little_is_no_day_of_nothing() -> None:
    console = Console(file=StringIO(), width=60)
    console.print(Columns([0.01, 100.0], "100", height=2))
    assert isinstance(console.file, StringIO)
    assert "▁" in console.file.getvalue()


@pytest.mark.parametrize("most", [1, 2, 3, 5, 14, 100])
def test_the_years_legend_names_every_shade_that_stands_in_it(most: int) -> None:
    of = some()
    year = Year(of, translations("en"), "en")
    legend = dict(reversed(part.split(" ")) for part in year._legend(most).split("  "))
    for value in range(most + 1):
        [shade] = [shade for told, shade in legend.items() if value in _range(told)]
        assert shade == _shade(value, most)


def _range(told: str) -> range:
    first, _, last = told.partition("–")
    return range(int(first), int(last or first) + 1)


def test_the_year_is_drawn_by_shape_so_that_it_needs_no_colour() -> None:
    day = START + 3  # a Monday
    of = stats([], [], {}, day)
    cells = [[0] * 52 + [7 if row == 0 else None] for row in range(7)]
    drawn = Stats(
        **{name: getattr(of, name) for name in Stats.__slots__} | {"calendar": cells, "days": {day: Day(7, 1.0)}}
    )
    console = Console(file=StringIO(), width=80, no_color=True)
    console.print(Year(drawn, translations("en"), "en"))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert lines[1] == "Mo " + "·" * 52 + "█" and lines[7].rstrip() == "Su " + "·" * 52
    assert lines[0].split() == ["11", "12", "01", "02", "03", "04", "05", "06", "07", "08", "09", "10"]


@pytest.fixture
def bank(tmp_path: Path) -> str:
    """A bank of three questions; two were answered, one of them under another name, once by a slip."""
    now = int(time() * 1000)
    told: list[tuple[int, str, Rating, str]] = [
        (20, "apples", EASY, "en"), (9, "apples", GOOD, "ru"), (1, "apples", AGAIN, "ru"),
        (12, "spans", EASY, "en"), (2, "spans", GOOD, "en"), (1, "spans", AGAIN, "en"),
    ]  # fmt: skip
    log = [reviewed(now - days * DAY + place, id, rating, language=language)
           for place, (days, id, rating, language) in enumerate(told)]  # fmt: skip
    store = Store(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db", SCHEDULER)
    store.append([*log, undone(now - DAY + 5000, log[-1])])
    store.close()
    folder = sample.bank(tmp_path / "bank", "apples", "candles")
    sample.write(folder, "bridges", sample.BRIDGES | {"formerly": ["spans"]}, topic="other")
    return str(folder)


def test_json_counts_what_stands_under_undo_and_renaming(bank: str) -> None:
    told = json.loads(run("stats", "--json", MLQUIZ_BANK=bank).out)
    assert (told["version"], told["period"], told["answers"], told["streak"]) == (1, None, 5, 2)
    assert told["retention"] | {"low": 0, "high": 0} == {
        "recalled": 2,
        "answers": 3,
        "share": 2 / 3,
        "low": 0,
        "high": 0,
    }
    assert {topic: share["answers"] for topic, share in told["by_topic"].items()} == {"other": 1, "sample": 2}
    assert {language: share["answers"] for language, share in told["by_language"].items()} == {"en": 1, "ru": 2}
    assert (told["forecast"][0], len(told["forecast"])) == (1, 30)
    assert [card["question"] for card in told["hardest"]] == ["apples"]
    assert sum(bin["answers"] for bin in told["calibration"]["bins"]) == 3


def test_filters_and_the_period_narrow_it(bank: str) -> None:
    of_topic = json.loads(run("stats", "--topic", "other", "--json", MLQUIZ_BANK=bank).out)
    assert (of_topic["answers"], of_topic["retention"]["answers"], list(of_topic["by_topic"])) == (2, 1, ["other"])
    of_period = json.loads(run("stats", "--days", "3", "--json", MLQUIZ_BANK=bank).out)
    assert (of_period["period"], of_period["answers"], of_period["retention"]["answers"]) == (3, 2, 2)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_speaks_each_language_on_a_terminal(bank: str, language: Language) -> None:
    with Terminal("stats", "--ui", language, height=140, MLQUIZ_BANK=bank) as terminal:
        assert terminal.leave() == 0
        assert says("The year, answers a day", language) in terminal.text
        assert "┤" in terminal.text


def test_an_empty_log_says_what_to_do(tmp_path: Path) -> None:
    done = run("stats", MLQUIZ_BANK=str(sample.bank(tmp_path / "bank")))
    assert (done.code, done.err) == (0, "")
    assert done.out == "No answer to these questions yet; mlquiz study asks the first.\n"
    assert json.loads(run("stats", "--json").out)["retention"]["share"] is None


def test_a_picture_is_drawn_in_the_interfaces_language(bank: str, tmp_path: Path) -> None:
    path = tmp_path / "stats.svg"
    done = run("stats", "--plot", path, "--ui", "ru", MLQUIZ_BANK=bank)
    assert done.code == 0, done.err
    assert done.out.endswith(says("Written to {file}.", "ru", file=path) + "\n")
    assert says("Minutes a day", "ru") in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--topic", "nothing"], "There is no topic 'nothing'."), (["--days", "0"], "not in the range"),
        (["--json", "--plot", "a.png"], "--json draws no picture."), (["--plot", "a.gif"], "--plot writes PNG or SVG."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(bank: str, args: list[str], said: str) -> None:
    done = run("stats", *args, MLQUIZ_BANK=bank)
    assert done.code == 2 and said in done.text
