"""Writes the fixtures of Tests/AuditTests: made-up outputs of three iterations, and every estimate of their audit.

    python3 Tests/reference/audit.py Tests/AuditTests/Fixtures

An implementation of its own, after the definitions of docs/verdict.md, in the slowest and plainest form. Standard
library only.
"""

import json
import random
import re
import sys
from fractions import Fraction
from itertools import combinations
from math import comb
from pathlib import Path

LADDER = [1, 2, 4, 8, 16]


def tokens(text):
    return re.findall(r"\w+|[^\w\s]", text.lower())


def chain(text):
    annotated = re.findall(r"<<((?:(?!<<)[^\n])*?)>>", text)
    if annotated:
        return tuple(re.sub(r"\s", "", equation) for equation in annotated)
    number = r"\$?\d+(?:,\d+)*(?:\.\d+)?%?"
    found = re.finditer(rf"(?<![\w.,]){number}(?:\s*[-+*/x×÷−]\s*-?{number})+\s*=\s*-?{number}", text)
    normal = str.maketrans({"×": "*", "x": "*", "÷": "/", "−": "-", "$": None, ",": None, " ": None})
    return tuple(match.group().translate(normal) for match in found)


def mean(values):
    values = [value for value in values if value is not None]
    return None if not values else {"estimate": float(sum(values) / len(values)), "n": len(values)}


def pass_at_k(samples, k):
    n, c = len(samples), sum(s["correct"] for s in samples)
    return None if n < k else 1 - Fraction(comb(n - c, k), comb(n, k))


def majority_at_k(samples, k):
    def elects(subset):
        votes = ["right" if s["correct"] else s["extracted"] for s in subset if s["extracted"] is not None]
        if not votes:
            return Fraction(0)
        best = max(votes.count(v) for v in votes)
        winners = {v for v in votes if votes.count(v) == best}
        return Fraction("right" in winners, len(winners))

    subsets = list(combinations(samples, k))
    return sum(map(elects, subsets)) / len(subsets)


def ngrams(text, n):
    words = tokens(text)
    return [tuple(words[i : i + n]) for i in range(len(words) - n + 1)]


def diversity(texts, vocabulary, any_equation):
    if len(texts) < 2:
        return None
    plain, adjusted = [], []
    for n in range(1, 6):
        pool = [g for text in texts for g in ngrams(text, n)]
        if pool:
            v = vocabulary[n]
            plain.append(len(set(pool)) / len(pool))
            adjusted.append(len(set(pool)) / (v * (1 - ((v - 1) / v) ** len(pool))))
    chains = [chain(text) for text in texts]
    return {
        "distinct_n": sum(plain) / len(plain) if plain else None,
        "expectation_adjusted_distinct_n": sum(adjusted) / len(adjusted) if adjusted else None,
        "distinct_equations": len(set(chains)) / len(chains) if any_equation else None,
    }


def make(rng):
    """Problems of three levels; some answers lack equations, some are not readable, sample counts differ."""
    problems, rows = [], {1: [], 2: [], 3: []}
    for q in range(12):
        level = [1, 2, 10][q % 3]
        problems.append({
            "id": f"q{q}", "task": "gsm8k", "question": f"Question {q}?", "reference": str(q + 3),
            "group": f"Level {level}"})
        for t in rows:
            def answer():
                right = rng.random() < 0.75 - 0.05 * level + 0.08 * t
                a, b = q + 1, 2
                value = a + b if right else a + b + rng.choice([1, 2, 5])
                text = rng.choice([
                    f"Tom has {a} + {b} = <<{a}+{b}={value}>>{value} apples.",
                    f"Zoë’s café sells {b} + {a} = {value} buns; naïve DÉJÀ-vu!",
                    f"First {a} × {b} = {a * b}, then {a} + {b} = ${value}.",
                    f"There are {a}\nand << {b} + {a} = {value} >>{value} in all, i.e. {value}.",
                    "I think so.",
                    f"Ⅷ ½ x² 日本語 e\u0301 snake_case {value}",
                ][: 6 if t == 1 else 3])
                readable = rng.random() < 0.9
                return {
                    "completion": text + (f"\n#### {value}" if readable else ""), "correct": right and readable,
                    "extracted": str(value) if readable else None}

            if not (q == 11 and t == 2):
                rows[t].append({"problem_id": f"q{q}", "sample_index": 0, "decoding": "greedy", **answer()})
            for i in range(0 if q == 10 and t == 3 else 9 if q < 3 and t == 1 else 5):
                rows[t].append({"problem_id": f"q{q}", "sample_index": i, "decoding": "sampled", **answer()})
    return problems, rows


def audit(problems, rows):
    greedy = {t: {r["problem_id"]: int(r["correct"]) for r in rows[t] if r["decoding"] == "greedy"} for t in rows}
    ids = [p["id"] for p in problems]
    samples = {
        t: {q: [r for r in rows[t] if r["problem_id"] == q and r["decoding"] == "sampled"] for q in ids} for t in rows}
    smallest = {t: min(len(s) for s in samples[t].values() if s) for t in rows}
    first, ts = samples[1], sorted(rows)
    result = {"pass_at_1": [], "pass_at_k": [], "majority_at_k": [], "improvement_set": [], "diversity": [],
              "groups": [], "group_disparity": [], "axes": []}

    for t in ts:
        both = [q for q in ids if q in greedy[1] and q in greedy[t]]
        result["pass_at_1"].append({
            "iteration": t, "accuracy": mean(list(greedy[t].values())),
            "delta": None if t == 1 else mean([greedy[t][q] - greedy[1][q] for q in both])})
        for k in [k for k in LADDER if k <= smallest[t]]:
            sets = [s for s in samples[t].values() if s]
            result["pass_at_k"].append({"iteration": t, "k": k, "estimate": mean([pass_at_k(s, k) for s in sets])})
            result["majority_at_k"].append(
                {"iteration": t, "k": k, "estimate": mean([majority_at_k(s, k) for s in sets])})

        levels = sorted({p["group"] for p in problems}, key=lambda g: int(g.split()[1]))
        accuracy = {g: mean([greedy[t].get(p["id"]) for p in problems if p["group"] == g]) for g in levels}
        result["groups"] += [{"iteration": t, "group": g, "accuracy": accuracy[g]} for g in levels]
        easy, hard = accuracy[levels[0]], accuracy[levels[-1]]
        result["group_disparity"].append({
            "iteration": t,
            "estimate": {"estimate": (easy["estimate"] - hard["estimate"]) / easy["estimate"], "n": easy["n"] + hard["n"]}})

        if t == 1:
            continue
        gained = [q for q in both if greedy[1][q] < greedy[t][q]]
        neither = [q for q in both if greedy[1][q] == greedy[t][q] == 0]

        def curve(questions):
            sets = [first[q] for q in questions if first[q]]
            most = min(map(len, sets), default=0)
            return [{"k": k, "estimate": mean([pass_at_k(s, k) for s in sets])} for k in LADDER if k <= most]

        result["improvement_set"].append({
            "iteration": t, "size": len(gained), "lost_size": sum(greedy[1][q] > greedy[t][q] for q in both),
            "problem_ids": gained, "first_iteration_pass_at_k": curve(gained), "control_pass_at_k": curve(neither)})

    shares = [Fraction(sum(r["correct"] for r in s), len(s)) for s in first.values() if s]
    result["coverage"] = {
        "mean_correct": mean(shares), "solvable": mean([int(s > 0) for s in shares]),
        "recommended_method": "dpo" if sum(shares) / len(shares) > 0.5 else "sft"}

    common = {q: min(len(samples[t][q]) for t in ts if samples[t][q]) for q in ids}
    used = {t: {q: samples[t][q][: common[q]] for q in ids} for t in ts}
    every = [r["completion"] for t in ts for q in ids for r in used[t][q]]
    vocabulary = {n: len({g for text in every for g in ngrams(text, n)}) for n in range(1, 6)}
    any_equation = any(chain(text) for text in every)
    names = ["distinct_n", "expectation_adjusted_distinct_n", "distinct_equations"]
    strata = {
        (t, s, q): [r["completion"] for r in used[t][q] if r["correct"] == (s == "correct")]
        for t in ts for s in ("correct", "incorrect") for q in ids}
    for t in ts:
        for s in ("correct", "incorrect"):
            found = [diversity(strata[t, s, q], vocabulary, any_equation) for q in ids]
            result["diversity"].append(
                {"iteration": t, "stratum": s} | {n: mean([f and f[n] for f in found]) for n in names})

    k = max(k for k in LADDER if k <= min(smallest.values()))
    for t in ts[1:]:
        both = [q for q in ids if q in greedy[1] and q in greedy[t]]
        hardest = max({p["group"] for p in problems}, key=lambda g: int(g.split()[1]))
        hard = [p["id"] for p in problems if p["group"] == hardest and p["id"] in both]
        effects = {
            "pass_at_1": [greedy[t][q] - greedy[1][q] for q in both], "pass_at_k": [],
            "hard_group_pass_at_1": [greedy[t][q] - greedy[1][q] for q in hard]}
        for q in ids:
            count = min(len(first[q]), len(samples[t][q]))
            if count >= k:
                effects["pass_at_k"].append(pass_at_k(samples[t][q][:count], k) - pass_at_k(first[q][:count], k))
        for s in ("correct", "incorrect"):
            pairs = []
            for q in ids:
                size = min(len(strata[1, s, q]), len(strata[t, s, q]))
                if size >= 2:
                    pairs.append([diversity(strata[i, s, q][:size], vocabulary, any_equation) for i in (1, t)])
            for n in names:
                effects[f"{n}_{s}"] = [b[n] - a[n] for a, b in pairs]
        result["axes"] += [{"axis": a, "iteration": t, "effect": mean(e)} for a, e in effects.items()]
    return result


def main():
    folder = Path(sys.argv[1])
    problems, rows = make(random.Random(20240707))

    def write(name, lines):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8")

    write("problems.jsonl", problems)
    for t in rows:
        write(f"M{t}.jsonl", rows[t])
    texts = ["Don't STOP—x_1², Ⅷ½", "e\u0301 É İstanbul ß", "日本語 text\x1cend\u00a0ok\u3000", "٣ 三 ﾊ a\u200bb", "", "  ", "$1,000.50 <<3*4=12>>"]
    write("tokens.jsonl", [{"text": text, "tokens": tokens(text)} for text in texts])
    (folder / "expected.json").write_text(json.dumps(audit(problems, rows), indent=1) + "\n", encoding="utf-8")


main()
