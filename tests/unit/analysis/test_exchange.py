"""Exchange rates of real rules, in the small place."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import sansheng
from sansheng.analysis.exchange import ExchangeRates, exchange_rate
from sansheng.analysis.trials import run_trials
from sansheng.core.errors import BadInput
from sansheng.study.config import RuleRef, Scaling, Scenario, Study, load_study


@pytest.fixture(scope="module")
def study(project: Path) -> Study:
    study = load_study(project / "experiments/classroom/study.yaml")
    scenarios = {**study.scenarios, "same": study.scenarios["per_household"]}
    return study.model_copy(update={"months": 24, "warm_up": 6, "scenarios": scenarios})


@pytest.fixture(scope="module")
def found(study: Study) -> ExchangeRates:
    return exchange_rate(study, ["tasks", "same"], replicates=6, workers=1)


def test_identical_rules_need_exactly_nothing(found: ExchangeRates) -> None:
    same = found.rates[1]
    assert (same.scenario, same.verdict) == ("same", "identical")
    assert same.spent == same.granted == (0.0, 0.0, 0.0)


def test_at_the_scale_that_is_told_the_rules_do_as_well_on_the_same_draws(
    study: Study, found: ExchangeRates
) -> None:
    rate = found.rates[0]
    assert rate.verdict in ("matched", "undetermined")
    scaling = Scaling(start=study.start, millionths=round(rate.scale * 1e6))
    at_it = study.model_copy(update={"scales": {"tasks": scaling}})
    values = run_trials([at_it], 6, ["need_met", "spent", "granted"], workers=1)[0]
    names = list(study.scenarios)
    apart = values[:, names.index("tasks")] - values[:, names.index("per_household")]
    gains, spent, granted = apart.mean(axis=0)
    nearest = min(rate.curve, key=lambda point: abs(point.scale - rate.scale))
    assert abs(gains) < 0.5 * (nearest.high - nearest.low)  # it is a rough curve
    hundreds = 300.0  # 30,000 households in the place
    assert granted * 1e4 / hundreds == pytest.approx(rate.granted.value, rel=0.01)
    assert spent * 1e4 / hundreds == pytest.approx(rate.spent.value, abs=150.0)


def test_the_baseline_is_told_at_its_own_money(study: Study, found: ExchangeRates) -> None:
    base = list(study.scenarios).index("per_household")
    values = run_trials([study], 6, ["need_met", "spent"], workers=1)[0, :, base].mean(axis=0)
    assert found.level == pytest.approx(values[0])
    assert found.spent == pytest.approx(values[1] * 1e4 / 300.0)


def test_a_rule_without_money_cannot_match_at_any(study: Study) -> None:
    nothing = study.model_copy(
        update={"scenarios": {**study.scenarios, "none": Scenario(rule=RuleRef(name="no_fund"))}}
    )
    (rate,) = exchange_rate(nothing, ["none"], replicates=4, workers=1).rates
    assert rate.verdict == "never"
    assert math.isnan(rate.spent.value)
    assert len({point.gain for point in rate.curve}) == 1  # scaling nothing changes nothing


def test_levers_that_take_more_than_the_scaled_envelope_rule_small_scales_out(
    project: Path, tmp_path: Path
) -> None:
    path = tmp_path / "levers.yaml"
    path.write_text(
        "place: classroom\nstart: 2015-01\nmonths: 12\nreplicates: 2\nseed: 1\nbaseline: flat\n"
        "scenarios:\n  flat: {rule: per_household}\n  parity:\n    rule: per_household\n"
        "    levers: [{name: certificate_allowance, line: envelope, yuan: 800}]\n",
        encoding="utf-8",
    )
    (rate,) = exchange_rate(load_study(path), replicates=3, workers=1).rates
    tried = [point.scale for point in rate.curve]
    assert min(tried) > 0.01
    assert max(tried) == 16.0


def test_results_do_not_depend_on_processes(study: Study) -> None:
    short = study.model_copy(update={"months": 12, "warm_up": 0})
    one, two = (exchange_rate(short, ["tasks"], replicates=3, workers=n) for n in (1, 2))
    assert one == two


def test_frames_and_json_hold_the_same_numbers(found: ExchangeRates) -> None:
    frame = found.frame.set_index("scenario")
    said = json.loads(json.dumps(found.as_dict(), allow_nan=False))
    assert said["scenarios"][0]["spent"] == frame.loc["tasks", "spent"]
    assert len(said["scenarios"][0]["curve"]) == (found.curves["scenario"] == "tasks").sum()
    assert said["origin"]["hash"] == found.origin.hash
    assert "--scenario tasks" in said["origin"]["command"]
    assert sansheng.exchange_rate is exchange_rate


def test_a_wrong_name_or_a_question_without_an_answer_is_refused(study: Study) -> None:
    for arguments, words in (
        ({"scenarios": ["task"]}, "did you mean 'tasks'"),
        ({"baseline": "per_houshold"}, "did you mean 'per_household'"),
        ({"outcome": "need_mett"}, "did you mean 'need_met'"),
        ({"outcome": "spent"}, "neither more nor less"),
        ({"replicates": 1}, "at least 2 replicates"),
    ):
        with pytest.raises(BadInput, match=words):
            exchange_rate(study, **arguments)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="varies parameters itself"):
        exchange_rate(study.model_copy(update={"grid": {"psi": [0.0, 1.0]}}))
    alone = {"per_household": study.scenarios["per_household"]}
    with pytest.raises(BadInput, match="no scenario but the baseline"):
        exchange_rate(study.model_copy(update={"scenarios": alone}))
