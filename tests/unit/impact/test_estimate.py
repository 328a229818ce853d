"""Net impact: a known effect is found, whatever the shape of the data; what cannot be estimated is refused."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from impact import Estimate, ImpactRefused, Question, estimate

EFFECT = 2.0


def people(seed: int, count: int = 1500) -> pd.DataFrame:
    """Earnings depend on what leads to treatment; the naive difference is about twice the effect."""
    rng = np.random.default_rng(seed)
    age, skill = rng.normal(40, 10, count), rng.normal(size=count)
    before = np.maximum(0, 5 + 3 * skill + rng.normal(size=count) * 2 - 4 * (rng.random(count) < 0.3))
    region = rng.choice(["north", "south", "coast"], count)
    lean = 0.6 * skill - 0.03 * (age - 40) + 0.5 * (region == "south") + 0.1 * before - 0.8
    treat = (rng.random(count) < 1 / (1 + np.exp(-lean))).astype(int)
    after = before + 1.5 * skill + 0.05 * age + (region == "south") + EFFECT * treat + rng.normal(size=count)
    return pd.DataFrame(
        {"treat": treat, "after": after, "age": age, "skill": skill, "before": before, "region": region}
    )


def ask(frame: pd.DataFrame, *covariates: str, **more: object) -> Estimate:
    return estimate(frame, Question("treat", "after", covariates or ("age", "skill", "before", "region"), **more))


@pytest.mark.slow
@pytest.mark.parametrize("method", ["balance", "match"])
def test_a_known_effect_is_found_within_its_error(method: str) -> None:
    errors = []
    for seed in range(8):
        found = ask(people(seed, 800), method=method)
        errors.append((found.result.effect - EFFECT) / found.result.standard_error)
        assert abs(found.naive_difference - EFFECT) > 2 * found.result.standard_error
    assert abs(np.mean(errors)) < 3 / np.sqrt(len(errors))
    assert 0.5 < np.std(errors) < 1.6
    assert np.max(np.abs(errors)) < 3.5


@pytest.mark.slow
def test_without_the_covariate_that_matters_the_effect_is_not_found() -> None:
    found = ask(people(1), "age")
    assert not found.result.low <= EFFECT <= found.result.high


def test_the_effect_is_on_the_treated_and_curved_selection_is_followed() -> None:
    rng = np.random.default_rng(5)
    x, z = rng.normal(size=(2, 3000))
    treat = (rng.random(3000) < 1 / (1 + np.exp(1.2 - 0.6 * x - 0.5 * x * z - 0.4 * x**2))).astype(int)
    frame = pd.DataFrame({"treat": treat, "x": x, "z": z})
    frame["after"] = 3 * x**2 + 2 * x * z + x + (1 + x) * treat + rng.normal(size=3000)
    found = ask(frame, "x", "z")
    truth = (1 + x)[treat == 1].mean()
    assert abs(truth - 1) > 0.1, "the average over everybody is another figure"
    assert abs(found.result.effect - truth) < 3 * found.result.standard_error
    assert abs(found.naive_difference - truth) > 0.8
    assert {"x × x", "x × z"} <= set(found.design.second_order)


def test_every_row_is_used_or_dropped_for_a_reason() -> None:
    frame = people(2)
    frame.loc[:19, "after"] = np.nan
    frame["treat"] = frame["treat"].astype("object")
    frame.loc[20:24, "treat"] = None
    data = ask(frame).as_data()
    assert data["treated"] + data["comparison"] + data["dropped"] == len(frame)
    assert data["dropped"] == sum(data["dropped_by_reason"].values())
    assert data["dropped_by_reason"]["outcome_missing"] == 20
    assert data["dropped_by_reason"]["treatment_missing"] == 5
    assert max(abs(line["after"]) for line in data["balance"].values()) < 0.01
    assert max(abs(line["before"]) for line in data["balance"].values()) > 0.2


def test_the_order_of_rows_and_covariates_text_or_number_changes_nothing() -> None:
    frame = people(3, 400)
    shuffled = frame.sample(frac=1, random_state=1)
    text = shuffled.astype(str)
    first = ask(frame).as_data()
    assert ask(shuffled).as_data() == first
    assert ask(text).as_data()["effect"] == pytest.approx(first["effect"])


def test_a_binary_outcome_is_a_difference_of_shares() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=4000)
    treat = (rng.random(4000) < 1 / (1 + np.exp(1 - x))).astype(int)
    employed = (rng.random(4000) < np.clip(0.4 + 0.15 * x, 0, 0.85) + 0.1 * treat).astype(int)
    found = ask(pd.DataFrame({"treat": treat, "x": x, "after": employed}), "x")
    assert abs(found.result.effect - 0.1) < 3 * found.result.standard_error
    assert any("difference of shares" in note for note in found.notes)


def test_the_change_since_is_estimated_when_the_outcome_before_is_given() -> None:
    frame = people(4)
    fixed = np.where(frame["treat"] == 1, 10.0, 0.0)  # what no covariate knows, and what does not change
    frame["earlier"], frame["after"] = frame["before"] + fixed, frame["after"] + fixed
    change = ask(frame, baseline="earlier").result
    assert abs(change.effect - EFFECT) < 3 * change.standard_error
    assert ask(frame).result.effect > EFFECT + 9


def test_clusters_that_share_shocks_widen_the_error() -> None:
    rng = np.random.default_rng(6)
    frame = people(6)
    frame["site"] = rng.integers(40, size=len(frame))
    site_treat = frame["site"] % 2 == 0
    frame["treat"] = np.where(rng.random(len(frame)) < 0.85, site_treat, ~site_treat).astype(int)
    frame["after"] = frame["after"] + rng.normal(scale=3, size=40)[frame["site"]]
    plain, clustered = ask(frame).result, ask(frame, cluster="site").result
    assert clustered.effect == pytest.approx(plain.effect)
    assert clustered.standard_error > 1.5 * plain.standard_error


@pytest.mark.slow
def test_odd_covariates_are_handled_and_said() -> None:
    rng = np.random.default_rng(7)
    frame = people(7)
    frame["same"] = 1
    frame["twice"] = frame["age"] * 2 + 1
    frame["holes"] = np.where(rng.random(len(frame)) < 0.2, np.nan, frame["skill"])
    frame["zip"] = rng.choice([6106, 6120, 6510], len(frame))
    frame["rare"] = np.where(frame.index < 4, "x", np.where(frame.index < 7, "y", "usual"))
    frame["begun"] = [f"20{15 + number % 5}-03-0{1 + number % 9}" for number in range(len(frame))]
    covariates = ("age", "skill", "before", "region", "same", "twice", "holes", "zip", "rare", "begun")
    found = ask(frame, *covariates, categorical=("zip",))
    told = " ".join(found.notes)
    assert abs(found.result.effect - EFFECT) < 3.5 * found.result.standard_error
    assert "the same in every row: same." in told
    assert "follow from other covariates: twice." in told
    assert "holes: " in told and "missing value" in told
    assert "rare: 2 of its categories" in told
    assert {"zip: 6106", "holes (missing)", "rare: (others)", "begun"} <= set(found.design.balance)
    assert "same" not in found.design.balance


def test_people_without_counterpart_are_dropped_and_counted() -> None:
    frame = people(9)
    frame["group"] = "both"
    frame.loc[:49, ["group", "treat"]] = ["only treated", 1]
    frame.loc[50:129, ["group", "treat"]] = ["only comparison", 0]
    found = ask(frame, "age", "skill", "before", "region", "group")
    assert found.dropped["treated_unlike_any_comparison"] >= 50
    assert found.dropped["comparison_unlike_any_treated"] >= 80
    assert abs(found.result.effect - EFFECT) < 3.5 * found.result.standard_error


@pytest.mark.parametrize("written", [("yes", "no"), ("TRUE", "False"), ("1.0", "0"), (True, False)])
def test_the_treatment_may_be_written_in_words(written: tuple[object, object]) -> None:
    frame = people(10, 400)
    frame["treat"] = [written[0] if one else written[1] for one in frame["treat"]]
    assert ask(frame).design.treated_count > 50


def alike(seed: int, count: int = 1200) -> pd.DataFrame:
    """No effect at all, and few enough ages and schools that many people are equally near."""
    rng = np.random.default_rng(seed)
    age, educ = rng.integers(20, 26, count), rng.integers(10, 14, count)
    treat = (rng.random(count) < 1 / (1 + np.exp(2 - 0.3 * (educ - 10)))).astype(int)
    after = 20_000 + 1_000 * educ + rng.normal(scale=20_000, size=count)
    return pd.DataFrame({"treat": treat, "age": age, "educ": educ, "after": after})


def test_matches_are_not_chosen_by_their_outcome_where_many_are_equally_near() -> None:
    found = [ask(alike(seed), "age", "educ", method="match").result for seed in range(6)]
    off = [one.effect / one.standard_error for one in found]
    assert np.max(np.abs(off)) < 3
    assert abs(np.mean(off)) < 3 / np.sqrt(len(off))


@pytest.mark.parametrize("method", ["balance", "match"])
def test_the_mirror_image_of_the_outcome_turns_the_sign_and_nothing_else(method: str) -> None:
    frame = alike(1)
    there = ask(frame, "age", "educ", method=method)
    back = ask(frame.assign(after=-frame["after"]), "age", "educ", method=method)
    assert back.result.effect == pytest.approx(-there.result.effect, rel=1e-9)
    assert back.result.standard_error == pytest.approx(there.result.standard_error, rel=1e-9)
    assert back.design.balance == there.design.balance
    assert (back.design.weights == there.design.weights).all()


def test_few_clusters_of_one_group_among_many_are_said() -> None:
    frame = people(6)
    frame["site"] = np.where(frame["treat"] == 1, frame.index % 4, 10 + frame.index % 40)
    assert any(note.startswith("The treated group is in 4 clusters only") for note in ask(frame, cluster="site").notes)


def test_a_text_that_is_left_out_is_not_in_the_balance() -> None:
    frame = people(12, 400)
    frame["id"], frame["state"] = [f"p{number}" for number in range(len(frame))], "CT"
    found = ask(frame, "age", "skill", "id", "state")
    assert any("Left out, the same in every row: id, state." in note for note in found.notes)
    assert set(found.design.balance) == {"age", "skill"}


SECRET = "123-45-6789"


def spoilt(what: str) -> tuple[pd.DataFrame, dict[str, object]]:
    """A table and more of the question, wrong in one way."""
    frame, more = people(11, 400), {}
    if what == "treatment of three values":
        frame["treat"] = frame.index % 3
    elif what == "treatment of names":
        frame["treat"] = SECRET
    elif what == "nobody treated":
        frame["treat"] = 0
    elif what == "everybody treated":
        frame["treat"] = 1
    elif what == "outcome of words":
        frame["after"] = frame["after"].astype(str)
        frame.loc[5, "after"] = SECRET
    elif what == "outcome without end":
        frame.loc[5, "after"] = np.inf
    elif what == "tiny group":
        frame["treat"] = (frame.index < 4).astype(int)
    elif what == "more covariates than people":
        frame = frame.assign(treat=(frame.index < 12).astype(int))
        more["covariates"] = tuple(f"x{number}" for number in range(8))
        frame[list(more["covariates"])] = np.random.default_rng(1).normal(size=(400, 8))
    elif what == "nothing varies":
        frame, more["covariates"] = frame.assign(same=1, text="a"), ("same", "text")
    elif what == "separated by one":
        frame, more["covariates"] = frame.assign(copy=frame["treat"]), ("age", "copy")
    elif what == "no overlap":
        frame["skill"] += 20 * frame["treat"]
    elif what == "numbers with a word":
        frame["age"] = frame["age"].astype(str)
        frame.loc[7, "age"] = SECRET
    elif what == "one cluster":
        frame, more["cluster"] = frame.assign(site=1), "site"
    elif what == "cluster that is the treatment under another name":
        frame, more["cluster"] = frame.assign(arm=np.where(frame["treat"] == 1, "a", "b")), "arm"
    elif what == "comparison in two clusters":
        frame, more["cluster"] = frame.assign(site=frame.index % 2 + 2 * frame["treat"] * (frame.index % 5)), "site"
    elif what == "treatment as cluster":
        more["cluster"] = "treat"
    elif what == "outcome as cluster":
        more["cluster"] = "after"
    elif what == "outcome as the outcome before":
        more["baseline"] = "after"
    elif what == "huge outcome":
        frame.loc[5, "after"] = -1e200
    elif what == "huge outcome as text":
        frame = frame.astype(str)
        frame.loc[5, "after"] = "1e200"
    elif what == "huge covariate":
        frame.loc[7, "age"] = 1e155
    elif what == "unknown method":
        more["method"] = "magic"
    elif what == "outcome as covariate":
        more["covariates"] = ("age", "after")
    elif what == "categorical that is no covariate":
        more["categorical"] = ("county",)
    return frame, more


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("treatment of three values", "must be 1 for the treated and 0"),
        ("treatment of names", "must be 1 for the treated and 0"),
        ("nobody treated", "nobody in the treated group"),
        ("everybody treated", "nobody in the comparison group"),
        ("outcome of words", "the outcome, must be numbers: 1 cell is not"),
        ("outcome without end", "the outcome, must be numbers: 1 cell is not"),
        ("tiny group", "treated group has 4 rows; 10 are needed"),
        ("more covariates than people", "too few for 8 covariates"),
        ("nothing varies", "nothing to compare on"),
        ("separated by one", "of the treated group have anybody like them"),
        ("no overlap", "of the treated group have anybody like them"),
        ("numbers with a word", "age holds numbers and 1 cell that is none"),
        ("one cluster", "The treated group is in 1 cluster of site, and 3 are needed"),
        ("cluster that is the treatment under another name", "The treated group is in 1 cluster of arm"),
        ("comparison in two clusters", "The comparison group is in 2 clusters of site"),
        ("treatment as cluster", "treat is the treatment; it cannot be the cluster"),
        ("outcome as cluster", "after is the outcome; it cannot be the cluster"),
        ("outcome as the outcome before", "after is the outcome; it cannot be the outcome before"),
        ("huge outcome", "after, line 5: the number is beyond 1e+100"),
        ("huge outcome as text", "after, line 5: the number is beyond 1e+100"),
        ("huge covariate", "age, line 7: the number is beyond 1e+100"),
        ("unknown method", "no method magic"),
        ("outcome as covariate", "after is the outcome"),
        ("categorical that is no covariate", "county is not among them"),
    ],
)
def test_what_allows_no_estimate_is_refused_in_a_sentence(what: str, said: str) -> None:
    frame, more = spoilt(what)
    covariates = more.pop("covariates", ())
    with pytest.raises(ImpactRefused) as refused:
        ask(frame, *covariates, **more)
    assert said in str(refused.value)
    assert SECRET not in str(refused.value)
    assert str(refused.value).endswith(".")
