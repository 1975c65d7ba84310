"""Prints the reference values that Tests/StatisticsTests quotes. Needs numpy and scipy.

    python3 Tests/reference/statistics.py
"""

from itertools import combinations
from math import comb

import numpy
from scipy import stats


def majority(answers, k):
    """The expectation over all subsets by enumeration; `c` is correct, `-` does not vote, ties are shared equally."""
    total = 0.0
    subsets = list(combinations(answers, k))
    for subset in subsets:
        counts = {a: subset.count(a) for a in set(subset) if a != "-"}
        winners = [a for a in counts if counts[a] == max(counts.values())]
        if "c" in winners:
            total += 1 / len(winners)
    return total / len(subsets)


print("binomial pmf, cdf")
for k, n, p in [(0, 10, 0.3), (3, 10, 0.3), (10, 10, 0.3), (250, 1000, 0.25), (0, 5, 0.0), (5, 5, 1.0)]:
    print(k, n, p, repr(float(stats.binom.pmf(k, n, p))), repr(float(stats.binom.cdf(k, n, p))))

print("pass@k, exact fractions")
for n, c, k in [(10, 3, 1), (10, 3, 2), (10, 3, 8), (64, 1, 32), (200, 7, 100), (1000, 2, 512)]:
    print(n, c, k, repr(float(1 - comb(n - c, k) / comb(n, k))))

print("McNemar, exact")
for gained, lost in [(0, 0), (1, 0), (5, 5), (12, 3), (61, 29), (500, 420), (37, 36)]:
    p = 1.0 if gained + lost == 0 else float(stats.binomtest(gained, gained + lost).pvalue)
    print(gained, lost, repr(p))

print("majority@k by enumeration")
for answers in ["ccab", "ccaabd", "caaab", "ccc--a", "cc-aabbdd", "cccaaabbde--"]:
    print(answers, [repr(majority(answers, k)) for k in range(1, len(answers) + 1)])

print("sign flips, exact")
for values in [[1, 2, 3, 4, 5], [0.5, -0.25, 0.75, 1.0, -0.1, 0.3, 0.2], [1, 1, 1, -1, 0, 0, 1, 1, 1, 1]]:
    result = stats.permutation_test(
        (numpy.array(values),), lambda x, axis: numpy.mean(x, axis=axis), permutation_type="samples",
        n_resamples=numpy.inf, alternative="two-sided", vectorized=True)
    print(values, repr(float(result.pvalue)))

print("Holm")
p = numpy.array([0.01, 0.04, 0.03, 0.005, 0.5, 0.04])
order = numpy.argsort(p, kind="stable")
steps = numpy.minimum(1, numpy.maximum.accumulate((len(p) - numpy.arange(len(p))) * p[order]))
print([repr(float(x)) for x in steps[numpy.argsort(order, kind="stable")]])

print("quantiles")
print([repr(float(numpy.quantile([1, 2, 4, 8, 16, 32], q))) for q in (0, 0.025, 0.3, 0.5, 0.975, 1)])

print("bootstrap of a mean, percentile, 200,000 resamples: 140 ones and 60 zeros; 1 … 50 squared over 2,500")
for values in [numpy.array([1.0] * 140 + [0.0] * 60), numpy.arange(1, 51) ** 2 / 2500]:
    result = stats.bootstrap(
        (values,), numpy.mean, n_resamples=200_000, method="percentile", rng=numpy.random.default_rng(1), batch=1000)
    print(repr(float(values.mean())), result.confidence_interval)

print("bootstrap of (a − b) / a, strata of 40 (30 ones) and 50 (10 ones), 200,000 resamples")
rng = numpy.random.default_rng(2)
a = rng.binomial(40, 30 / 40, 200_000) / 40
b = rng.binomial(50, 10 / 50, 200_000) / 50
print(numpy.quantile((a - b) / a, [0.025, 0.975]))

print("constant samples: Clopper-Pearson for 30 of 30 and 0 of 12")
print(stats.binomtest(30, 30).proportion_ci(0.95, "exact"), stats.binomtest(0, 12).proportion_ci(0.95, "exact"))
