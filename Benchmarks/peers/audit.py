"""The audit as one would write it in Python: nltk's n-grams, numpy's bootstrap. The yardstick of `Benchmarks/audit.py`.

    python Benchmarks/peers/audit.py --problems P.jsonl --samples 1=M1.jsonl --samples 2=M2.jsonl … [--resamples 2000]

Samples come with `correct`. Computed, as `reversal audit` does: greedy pass@1 and its paired change, pass@k, coverage,
improvement sets with their control, distinct-n, its expectation-adjusted form and distinct equations by stratum and matched
with iteration 1, each with a percentile interval, and sign-flip tests of the matched changes. Left out, in its favour:
majority votes, groups, corrections, everything that `reversal audit` has beyond the paper's measures, and tests with more draws
than `--resamples`. Writes {"seconds","estimates"} to standard output.
"""

import argparse
import json
import re
import time
from collections import defaultdict

import numpy as np
from nltk.util import ngrams

WORDS = re.compile(r"\w+|[^\w\s]")
EQUATIONS = re.compile(r"<<([^>\n]*)>>")
ORDERS = range(1, 6)


def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def pass_at_k(n, c, k):
    if n - c < k:
        return 1.0
    return 1.0 - float(np.prod(1.0 - k / np.arange(n - c + 1, n + 1)))


class Intervals:
    def __init__(self, resamples):
        self.generator = np.random.default_rng(0)
        self.resamples = resamples

    def mean(self, values):
        values = np.array([value for value in values if value is not None], dtype=float)
        if not len(values):
            return None
        # In pieces, so that memory stays bounded.
        means = [
            values[self.generator.integers(0, len(values), (min(100, self.resamples - start), len(values)))].mean(axis=1)
            for start in range(0, self.resamples, 100)
        ]
        low, high = np.percentile(np.concatenate(means), [2.5, 97.5])
        return [float(values.mean()), float(low), float(high), len(values)]

    def sign_flip(self, differences):
        values = np.array(differences, dtype=float)
        observed = abs(values.sum())
        extreme = 0
        for start in range(0, self.resamples, 100):
            signs = self.generator.integers(0, 2, (min(100, self.resamples - start), len(values))) * 2 - 1
            extreme += int((abs(signs @ values) >= observed - 1e-12).sum())
        return (1 + extreme) / (1 + self.resamples)


class Profile:
    """What the answers of one question in one stratum show."""

    def __init__(self, samples):
        self.distinct, self.total = [], []
        for order in ORDERS:
            grams = [gram for sample in samples for gram in ngrams(sample["tokens"], order)]
            self.total.append(len(grams))
            self.distinct.append(len(set(grams)))
        self.equations = len({sample["equations"] for sample in samples}) / len(samples)

    def distinct_n(self):
        ratios = [d / t for d, t in zip(self.distinct, self.total) if t]
        return float(np.mean(ratios)) if ratios else None

    def adjusted(self, vocabulary):
        ratios = [
            d / (v * (1 - ((v - 1) / v) ** t)) for d, t, v in zip(self.distinct, self.total, vocabulary) if t
        ]
        return float(np.mean(ratios)) if ratios else None


def audit(problems, iterations, intervals):
    ids = [problem["id"] for problem in problems]
    greedy, sampled = {}, {}
    for t, samples in iterations.items():
        greedy[t], sampled[t] = {}, defaultdict(list)
        for sample in sorted(samples, key=lambda row: row["sample_index"]):
            if sample["decoding"] == "greedy":
                greedy[t][sample["problem_id"]] = float(sample["correct"])
            else:
                sampled[t][sample["problem_id"]].append(sample)
    estimates = {}
    first = min(iterations)

    def counts(t):
        return {i: (len(sampled[t][i]), sum(s["correct"] for s in sampled[t][i])) for i in ids if sampled[t][i]}

    def curve(name, selected, t):
        found = {i: pair for i, pair in counts(t).items() if i in selected}
        k, most = 1, min((n for n, _ in found.values()), default=0)
        while k <= most:
            estimates[f"{name}@{k}"] = intervals.mean([pass_at_k(n, c, k) for n, c in found.values()])
            k *= 2

    for t in iterations:
        estimates[f"pass@1 {t}"] = intervals.mean([greedy[t].get(i) for i in ids])
        curve(f"pass {t} ", set(ids), t)
        if t == first:
            continue
        both = [i for i in ids if i in greedy[first] and i in greedy[t]]
        estimates[f"delta {t}"] = intervals.mean([greedy[t][i] - greedy[first][i] for i in both])
        curve(f"improved {t} ", {i for i in both if greedy[t][i] > greedy[first][i]}, first)
        curve(f"control {t} ", {i for i in both if greedy[t][i] == greedy[first][i] == 0}, first)
    shares = [c / n for n, c in counts(first).values()]
    estimates["coverage"] = intervals.mean(shares)
    estimates["solvable"] = intervals.mean([float(share > 0) for share in shares])

    for t in iterations:
        for samples in sampled[t].values():
            for sample in samples:
                sample["tokens"] = WORDS.findall(sample["completion"].lower())
                sample["equations"] = tuple(e.replace(" ", "") for e in EQUATIONS.findall(sample["completion"]))
    seen = [set() for _ in ORDERS]
    profiles, matches = defaultdict(list), defaultdict(list)
    for i in ids:
        common = min((len(sampled[t][i]) for t in iterations if sampled[t][i]), default=0)
        for stratum in (True, False):
            strata = {t: [s for s in sampled[t][i][:common] if s["correct"] == stratum] for t in iterations}
            for t, samples in strata.items():
                for sample in samples:
                    for grams, order in zip(seen, ORDERS):
                        grams.update(ngrams(sample["tokens"], order))
                if len(samples) >= 2:
                    profiles[t, stratum].append(Profile(samples))
                size = min(len(samples), len(strata[first]))
                if t != first and size >= 2:
                    matches[t, stratum].append((Profile(strata[first][:size]), Profile(samples[:size])))
    vocabulary = [len(grams) for grams in seen]
    measures = {
        "distinct_n": Profile.distinct_n,
        "adjusted": lambda profile: profile.adjusted(vocabulary),
        "equations": lambda profile: profile.equations,
    }
    for (t, stratum), found in profiles.items():
        for name, measure in measures.items():
            estimates[f"{name} {t} {stratum}"] = intervals.mean([measure(profile) for profile in found])
    for (t, stratum), found in matches.items():
        for name, measure in measures.items():
            differences = [measure(later) - measure(earlier) for earlier, later in found]
            estimates[f"change of {name} {t} {stratum}"] = intervals.mean(differences)
            estimates[f"p of {name} {t} {stratum}"] = intervals.sign_flip(differences)
    return estimates


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--problems", required=True)
    parser.add_argument("--samples", action="append", required=True, metavar="t=FILE")
    parser.add_argument("--resamples", type=int, default=2000)
    arguments = parser.parse_args()
    start = time.perf_counter()
    iterations = {}
    for argument in arguments.samples:
        t, path = argument.split("=", 1)
        iterations.setdefault(int(t), []).extend(rows(path))
    estimates = audit(rows(arguments.problems), iterations, Intervals(arguments.resamples))
    print(json.dumps({"seconds": time.perf_counter() - start, "estimates": estimates}))


if __name__ == "__main__":
    main()
