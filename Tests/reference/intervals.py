"""Writes the reference values of the bootstraps, the equivalence test and the power of Tests/StatisticsTests.

    python3 Tests/reference/intervals.py Tests/StatisticsTests/Fixtures/intervals.json

Needs numpy 2.4 and scipy 1.17. Where scipy has the method, it is scipy's; the rest is written here a second time, in the
plainest form, and shares nothing with the Swift code.
"""

import json
import sys
from pathlib import Path

import numpy
from scipy import optimize, stats

RESAMPLES = 200_000


def interval(values, result):
    return {"estimate": float(values), "low": float(result[0]), "high": float(result[1])}


def bca(data, statistic, paired=False, vectorized=True):
    found = stats.bootstrap(
        data, statistic, n_resamples=RESAMPLES, method="BCa", paired=paired, batch=1_000, vectorized=vectorized,
        rng=numpy.random.default_rng(1))
    return found.confidence_interval


def acceleration(data, statistic):
    """Over all samples of `data`, from values of the statistic without each unit."""
    cubes = squares = 0.0
    for j, sample in enumerate(data):
        n = len(sample)
        without = numpy.array([
            statistic(*[numpy.delete(s, i) if j == other else s for other, s in enumerate(data)]) for i in range(n)])
        influence = (n - 1) * (without.mean() - without)
        cubes += (influence**3).sum() / n**3
        squares += (influence**2).sum() / n**2
    return float(cubes / 6 / squares**1.5)


def wilson(ones, count):
    found = stats.binomtest(ones, count).proportion_ci(0.95, method="wilson")
    return {"ones": ones, "count": count, "low": float(found.low), "high": float(found.high)}


def tango(gained, lost, count):
    """The score statistic with the restricted likelihood maximised by search, not by Tango's formula."""
    def score(change):
        def negative(rate):
            parts = [(gained, rate + change), (lost, rate), (count - gained - lost, 1 - 2 * rate - change)]
            return -sum(n * numpy.log(max(p, 1e-300)) for n, p in parts if n)

        bounds = (max(0, -change), (1 - change) / 2)
        rate = optimize.minimize_scalar(negative, bounds=bounds, method="bounded", options={"xatol": 1e-13}).x
        return (gained - lost - count * change) / (count * (2 * rate + change - change**2)) ** 0.5

    estimate, z = (gained - lost) / count, stats.norm.ppf(0.975)
    return {
        "gained": gained, "lost": lost, "count": count,
        "low": float(optimize.brentq(lambda d: score(d) - z, -0.99, estimate)),
        "high": float(optimize.brentq(lambda d: score(d) + z, estimate, 0.99))}


def tost(differences, margin):
    upper = stats.ttest_1samp(differences, margin, alternative="less").pvalue
    lower = stats.ttest_1samp(differences, -margin, alternative="greater").pvalue
    return float(max(upper, lower))


def mcnemar_power(effect, rate, pairs, alpha):
    """Every number of discordant pairs, every number of gains among them, every p-value."""
    rate = max(rate, effect)
    share = (1 + effect / rate) / 2
    power = 0.0
    for discordant in range(1, pairs + 1):
        gains = numpy.arange(discordant + 1)
        tail = stats.binom.cdf(numpy.minimum(gains, discordant - gains), discordant, 0.5)
        rejected = numpy.minimum(1, 2 * tail) <= alpha
        power += stats.binom.pmf(discordant, pairs, rate) * stats.binom.pmf(gains[rejected], discordant, share).sum()
    return float(power)


def detectable(rate, pairs, alpha):
    low, high = 0.0, 1.0
    if mcnemar_power(1.0, rate, pairs, alpha) < 0.8:
        return None
    while high - low > 1e-6:
        middle = (low + high) / 2
        if mcnemar_power(middle, rate, pairs, alpha) >= 0.8:
            high = middle
        else:
            low = middle
    return high


def selection(outcomes, rng, inner, outer):
    outcomes = numpy.array(outcomes, dtype=float)
    questions = outcomes.shape[1]

    def corrected(drawn, resamples):
        scores = []
        for _ in range(resamples):
            within = rng.choice(drawn, len(drawn))
            outside = drawn[~numpy.isin(drawn, within)]
            if len(outside):
                scores.append(outcomes[numpy.argmax(outcomes[:, within].mean(axis=1)), outside].mean())
        return numpy.mean(scores), numpy.var(scores, ddof=1) / len(scores)

    every = numpy.arange(questions)
    means, errors = zip(*[corrected(rng.choice(every, questions // 2, replace=False), max(2, inner // 100)) for _ in range(outer)])
    standard_error = (numpy.var(means, ddof=1) - numpy.mean(errors)) ** 0.5
    return float(corrected(every, inner)[0]), float(standard_error)


def main():
    rng = numpy.random.default_rng(20240707)
    skewed = [round(float(x), 4) for x in rng.beta(8, 1, 45)]
    deltas = [-1.0] * 12 + [0.0] * 160 + [1.0] * 28
    a, b = numpy.array([1.0] * 30 + [0.0] * 10), numpy.array([1.0] * 10 + [0.0] * 40)
    counts = rng.integers(1, 20, 40)
    sums = rng.binomial(counts, rng.beta(2, 3, 40))

    def disparity(x, y, axis=-1):
        return (x.mean(axis=axis) - y.mean(axis=axis)) / x.mean(axis=axis)

    def ratio(x, y, axis=-1):
        return x.sum(axis=axis) / y.sum(axis=axis)

    levels = []
    for share, acceleration_ in [(0.5, 0.0), (0.54, 0.03), (0.46, -0.08), (0.6, 0.2), (0.9, 0.1)]:
        bias = stats.norm.ppf(share)
        ends = [bias + (bias + z) / (1 - acceleration_ * (bias + z)) for z in stats.norm.ppf([0.025, 0.975])]
        levels.append({
            "share": share, "acceleration": acceleration_, "low": float(stats.norm.cdf(ends[0])),
            "high": float(stats.norm.cdf(ends[1]))})

    outcomes = [(rng.random(60) < p).astype(int).tolist() for p in (0.5, 0.55, 0.6, 0.58)]
    corrected, standard_error = selection(outcomes, rng, inner=20_000, outer=600)
    differences = {
        "twenty": [round(float(x), 3) for x in rng.normal(0.01, 0.05, 20)], "deltas": deltas, "skewed": skewed}
    result = {
        "binary": [wilson(*case) for case in [
            (140, 200), (3, 40), (1, 12), (299, 300), (480, 500), (659, 1319), (5231, 7473)]],
        "change": [tango(*case) for case in [(28, 12, 200), (3, 9, 40), (20, 1, 67), (150, 120, 1319), (5, 5, 30)]],
        "mean": [
            {"values": values, "acceleration": acceleration([numpy.array(values)], numpy.mean)}
            | interval(numpy.mean(values), bca((numpy.array(values),), numpy.mean))
            for values in (skewed, [x / 2 for x in deltas], [i * i / 2500 for i in range(1, 51)])],
        "disparity": interval(disparity(a, b), bca((a, b), disparity)) | {"acceleration": acceleration([a, b], disparity)},
        "ratio": interval(ratio(sums, counts), bca((sums, counts), ratio, paired=True))
        | {"sums": sums.tolist(), "counts": counts.tolist()},
        "levels": levels,
        "normal": [{"probability": p, "z": float(stats.norm.ppf(p))} for p in (1e-12, 1e-4, 0.025, 0.3, 0.5, 0.8, 0.999)],
        "student": [{"t": t, "df": df, "tail": float(stats.t.sf(t, df))}
                    for t, df in [(0, 5), (1.3, 1), (2.5, 19), (-1.7, 199), (6.0, 1318), (0.01, 7472), (40, 3)]],
        "student_quantile": [{"probability": p, "df": df, "t": float(stats.t.ppf(p, df))}
                             for p, df in [(0.975, 1), (0.975, 2), (0.975, 44), (0.05, 9), (0.975, 7472), (0.5, 4)]],
        "equivalence": [{"differences": differences[name], "margin": margin, "p": tost(differences[name], margin)}
                        for name, margin in [("twenty", 0.02), ("twenty", 0.05), ("deltas", 0.1), ("deltas", 0.03)]],
        "power": [{"effect": e, "rate": r, "pairs": n, "alpha": alpha, "power": mcnemar_power(e, r, n, alpha)}
                  for e, r, n, alpha in [(0.05, 0.2, 500, 0.05), (0.05, 0.2, 500, 0.005), (0.1, 0.15, 60, 0.05),
                                         (0.02, 0.1, 1319, 0.05), (0.0, 0.2, 300, 0.05), (0.3, 0.1, 20, 0.05)]],
        "detectable": [{"rate": r, "pairs": n, "alpha": alpha, "effect": detectable(r, n, alpha)}
                       for r, n, alpha in [(0.2, 500, 0.05), (0.2, 500, 0.005), (0.0, 500, 0.05), (0.1, 60, 0.05),
                                           (0.05, 1319, 0.05), (0.3, 5, 0.05)]],
        "mean_detectable": [{"sd": sd, "count": n, "alpha": alpha, "effect": float(
            (stats.norm.ppf(0.8) + stats.norm.ppf(1 - alpha / 2)) * sd / n**0.5)}
            for sd, n, alpha in [(0.2, 500, 0.05), (0.05, 100, 0.001)]],
        "selection": {"outcomes": outcomes, "corrected": corrected, "standard_error": standard_error},
        "holm": [],
    }
    for p in ([0.01, 0.04, 0.03, 0.005, 0.5, 0.04], [0.9, 0.8], [1e-9, 1e-9, 0.02, 1.0]):
        order = numpy.argsort(p, kind="stable")
        steps = numpy.minimum(1, numpy.maximum.accumulate((len(p) - numpy.arange(len(p))) * numpy.array(p)[order]))
        result["holm"].append({"p": p, "adjusted": steps[numpy.argsort(order, kind="stable")].tolist()})
    result["mcnemar"] = [
        {"gained": g, "lost": l, "p": float(stats.binomtest(g, g + l).pvalue)} for g, l in [(9, 2), (130, 90), (1, 40)]]
    Path(sys.argv[1]).write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


main()
