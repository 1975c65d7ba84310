"""Writes Tests/AuditTests/Fixtures/measures: made-up outputs, and every figure of their measures and controls.

    python3 Tests/reference/measures.py Tests/AuditTests/Fixtures/measures

An implementation of its own, after the definitions of docs/measures. Needs numpy 2.4.6 and scipy 1.17.1; the programs are compared
by Python's own `ast`.
"""

import ast
import json
import math
import random
import re
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.special import comb

LADDER = [1, 2, 4, 8, 16]
STRATA = ("correct", "incorrect")
BINS = ["0–0.2", "0.2–0.4", "0.4–0.6", "0.6–0.8", "0.8–1"]

PROGRAMS = [
    "def add(a, b):\n    return a + b",
    "def add(x, y):\n  # the sum\n  return x+y",
    'def total(first, second):\n    """Adds."""\n    return first + second',
    "Here it is:\n```python\ndef add(a, b):\n\treturn a + b\n```\nDone.",
    "def add(a, b):\n    return b + a",
    "def add(values):\n    result = 0\n    for value in values:\n        result += value\n    return result",
    "def add(xs):\n    s = 0\n    for x in xs:\n        s += x\n    return s",
    "def add(xs):\n    s = 0\n    for x in xs:\n        s -= x\n    return s",
    "import math\ndef f(n):\n    return sorted(n, key=lambda k: k[0])",
    "import math\ndef g(m):\n    return sorted(m, key=lambda key: key[0])",
    "import math\ndef g(m):\n    return sorted(m, reverse=True)",
    "def f(text):\n    return text.split('a')",
    'def f(split):\n    return split.split("a")',
]


def tokens(text):
    return re.findall(r"\w+|[^\w\s]", text.lower())


def mean(values):
    values = [value for value in values if value is not None]
    return {"estimate": float(np.mean(values)), "n": len(values)} if values else None


def pass_at_k(n, c, k):
    return None if n < k else float(1 - comb(n - c, k, exact=True) / comb(n, k, exact=True))


def correct(samples):
    return sum(s["correct"] for s in samples)


# The data


def make(rng):
    """Questions with choices, with numbers and with programs; sample counts differ, and some answers are cut off."""
    problems, rows, null, training, training_samples = [], {1: [], 2: [], 3: []}, [], [], []
    words = "red blue green seven apples boxes of the in a garden train runs to town each day costs pays".split()
    for q in range(30):
        kind = ["csqa", "gsm8k", "mbpp"][q % 3]
        question = " ".join(rng.choice(words) for _ in range([5, 10, 24][q // 3 % 3])) + "?"
        problem = {"id": f"q{q}", "task": kind, "question": question, "reference": "A" if kind == "csqa" else "1",
                   "group": f"Level {1 + q // 3 % 2}"}
        if kind == "csqa":
            problem["choices"] = [f"choice {i}" for i in range(5 if q % 2 else 4)]
        problems.append(problem)
        skill = rng.choice([0.05, 0.3, 0.5, 0.9])

        def answer(t, shift):
            # M_3 is better at most questions and has lost some for good: its pass@k crosses that of M_1.
            right = rng.random() < (0 if t == 3 and q % 4 == 1 else skill + shift)
            if kind == "mbpp":
                text, extracted = rng.choice(PROGRAMS[: 9 if t > 1 else None]), None
            else:
                value = "A" if right else rng.choice("BCD")
                text = " ".join(rng.choice(words) for _ in range(rng.randint(2, 14))) * rng.choice([1, 1, 2])
                text, extracted = f"{text} so {value}", value
            if kind == "gsm8k" and rng.random() < 0.1:
                right, extracted = False, None
            count = rng.randint(5, 60)
            row = {"completion": text, "correct": right, "token_count": count,
                   "log_probability": -count * rng.uniform(0.1, 1.5),
                   "finish_reason": "length" if rng.random() < 0.2 else "stop"}
            return row if kind == "mbpp" else row | {"extracted": extracted}

        for t, shift in ((1, 0), (2, 0.15), (3, 0.3)):
            if not (t == 3 and q == 4):
                rows[t].append({"problem_id": f"q{q}", "sample_index": 0, "decoding": "greedy", **answer(t, shift)})
            for i in range(0 if q == 5 and t == 2 else 8 + q % 3 + (4 if t == 1 else 0)):
                rows[t].append({"problem_id": f"q{q}", "sample_index": i, "decoding": "sampled", **answer(t, shift)})
        null.append({"problem_id": f"q{q}", "sample_index": 0, "decoding": "greedy", **answer(1, 0)})
        for t in (2, 3):
            for _ in range(rng.choice([0, 1, 4 * t])):
                training.append({
                    "iteration": t, "problem_id": f"train{q}", "prompt": f"Question {q}: what then?",
                    "completion": " ".join(rng.choice(words) for _ in range(9))})
        if q != 7:
            for i in range(5):
                training_samples.append({
                    "problem_id": f"train{q}", "sample_index": i, "decoding": "sampled", "completion": "",
                    "correct": rng.random() < skill})
    long = [p["question"] for p in problems if len(tokens(p["question"])) >= 8]
    training.append({"iteration": 2, "problem_id": "train0", "prompt": "Well, " + long[0].upper(), "completion": "x"})
    training.append({"iteration": 3, "problem_id": "train1", "prompt": "ok", "completion": long[-1][:-12] + " no"})
    training.append({"iteration": 3, "problem_id": "unknown", "prompt": long[3] + " " + long[5], "completion": "x"})
    training_problems = [
        {"id": f"train{q}", "task": "gsm8k", "question": "?", "reference": "1", "group": f"Level {1 + q % 3}"}
        for q in range(30)]
    return problems, rows, null, training, training_problems, training_samples


# The measures


def curve_difference(pairs, ks):
    return np.array([[pass_at_k(m, b, k) - pass_at_k(m, a, k) for k in ks] for m, a, b in pairs])


def crossing(curve, ks):
    below = [k for k, value in zip(ks, curve) if value < -1e-12]
    return {"k": below[0], "beyond": None} if below else {"k": None, "beyond": ks[-1]}


def crossover(pairs, rng):
    ks = list(range(1, min(m for m, _, _ in pairs) + 1))
    each = curve_difference(pairs, ks)
    observed = each.mean(axis=0)
    drawn = np.array([each[rng.integers(0, len(each), len(each))].mean(axis=0) for _ in range(20_000)])
    errors = drawn.std(axis=0)
    free = errors > 1e-12
    multiple = np.quantile(((observed - drawn)[:, free] / errors[free]).max(axis=1), 0.975)
    shown = [k for k in LADDER if k <= ks[-1]]
    shown += [] if ks[-1] in shown else [ks[-1]]
    return {
        "questions": len(pairs), "largest_k": ks[-1], "crossing": crossing(observed, ks),
        "shown": crossing(observed + max(0, multiple) * errors, ks),
        "differences": [{"k": k, "estimate": mean(list(each[:, k - 1]))} for k in shown],
    }, float(np.mean((drawn < -1e-12).any(axis=1)))


def support(pairs):
    base = np.array([a > 0 for _, a, _ in pairs])
    later = np.array([b > 0 for _, _, b in pairs])
    p, e, s = int((base & later).sum()), int((~base & later).sum()), int((base & ~later).sum())
    o = len(pairs) - p - e - s
    # All correct samples of a question on one side: hypergeometric.
    chance = [0.0 if a + b == 0 else float(stats.hypergeom.pmf(0, 2 * m, a + b, m)) for m, a, b in pairs]
    srr, ndr = p / (p + s), e / (p + e)
    part = lambda count: {"count": count, "share": {"estimate": count / len(pairs), "n": len(pairs)}}
    return {
        "preserved": part(p), "expanded": part(e), "lost": part(s), "out_of_reach": part(o), "by_chance": mean(chance),
        "support_retention_rate": {"estimate": srr, "n": p + s},
        "net_discovery_rate": {"estimate": ndr, "n": p + e},
        "support_dynamic_score": {"estimate": float(stats.hmean([srr, ndr])), "n": p + e + s},
        "net_support_change_rate": {"estimate": (e - s) / (p + e + s), "n": p + e + s}}


def entropy_of(samples):
    """Plug-in entropy, corrected entropy, different answers, share of different ones among the wrong; None where unknown."""
    if any(not s["correct"] and "extracted" not in s for s in samples):
        return None
    readable = ["right" if s["correct"] else s["extracted"] for s in samples if s["correct"] or s["extracted"]]
    if len(readable) < 2:
        return None
    counts = np.array(list(Counter(readable).values()))
    wrong = [a for a in readable if a != "right"]
    plain = float(stats.entropy(counts))
    return {
        "answer_entropy": plain, "answer_entropy_corrected": plain + (len(counts) - 1) / (2 * len(readable)),
        "distinct_answers": len(counts),
        "distinct_wrong_share": len(set(wrong)) / len(wrong) if len(wrong) >= 2 else None}


def token_entropy(samples):
    return -sum(s["log_probability"] for s in samples) / sum(s["token_count"] for s in samples) if samples else None


def repetition(text):
    words = tokens(text)
    grams = [tuple(words[i : i + 4]) for i in range(len(words) - 3)]
    return 1 - len(set(grams)) / len(grams) if grams else None


def average(values):
    values = [v for v in values if v is not None]
    return sum(values) / len(values) if values else None


class Canonical(ast.NodeTransformer):
    """Names that the program binds, by order of first occurrence in the source."""

    def __init__(self, tree):
        bound = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                bound.add(node.name)
            if isinstance(node, ast.arg):
                bound.add(node.arg)
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                bound.add(node.id)
        self.bound, self.order = bound, {}

    def name(self, text):
        return f"v{self.order.setdefault(text, len(self.order))}" if text in self.bound else text

    def visit_FunctionDef(self, node):
        node.name = self.name(node.name)
        if ast.get_docstring(node) is not None:
            node.body = node.body[1:]
        return self.generic_visit(node)

    def visit_arg(self, node):
        node.arg = self.name(node.arg)
        return node

    def visit_Name(self, node):
        node.id = self.name(node.id)
        return node


def program_form(text):
    fenced = re.search(r"```[^\n]*\n(.*?)```", text, re.S)
    tree = ast.parse(fenced.group(1) if fenced else text)
    return ast.dump(Canonical(tree).visit(tree))


def matching(gained, neither, accuracy, group):
    """For each improved question the controls that stand for it."""
    found = {}
    for q in gained:
        pool = [c for c in neither if group[c] == group[q]]
        if pool:
            nearest = min({accuracy[c] for c in pool}, key=lambda a: (abs(a - accuracy[q]), a))
            if abs(nearest - accuracy[q]) <= 0.1 + 1e-9:
                found[q] = [c for c in pool if accuracy[c] == nearest]
    return found


def distinct_n(texts):
    parts = []
    for n in range(1, 6):
        pool = [tuple(w[i : i + n]) for w in texts for i in range(len(w) - n + 1)]
        if pool:
            parts.append(len(set(pool)) / len(pool))
    return sum(parts) / len(parts) if parts else None


def equal_length(first, later):
    first, later = sorted(map(tokens, first), key=len), sorted(map(tokens, later), key=len)
    sizes = [min(len(a), len(b)) for a, b in zip(first, later)]
    a = distinct_n([w[:s] for w, s in zip(first, sizes)])
    b = distinct_n([w[:s] for w, s in zip(later, sizes)])
    return None if a is None or b is None else (a, b)


def covered(question, grams):
    words = tokens(question)
    if len(words) < 8:
        return None
    n = min(13, len(words))
    hit = np.zeros(len(words), bool)
    for i in range(len(words) - n + 1):
        if tuple(words[i : i + n]) in grams[n]:
            hit[i : i + n] = True
    return float(hit.mean())


def measure(problems, rows, null, training, training_problems, training_samples):
    ids, ts = [p["id"] for p in problems], sorted(rows)
    info = {p["id"]: p for p in problems}
    greedy = {t: {r["problem_id"]: int(r["correct"]) for r in rows[t] if r["decoding"] == "greedy"} for t in ts}
    samples = {
        t: {q: [r for r in rows[t] if r["problem_id"] == q and r["decoding"] == "sampled"] for q in ids} for t in ts}
    common = {q: min(len(samples[t][q]) for t in ts if samples[t][q]) for q in ids}
    used = {t: {q: samples[t][q][: common[q]] for q in ids} for t in ts}
    member = {(t, s, q): [r for r in used[t][q] if r["correct"] == (s == "correct")]
              for t in ts for s in STRATA for q in ids}
    rng = np.random.default_rng(5)
    m = {"pass_at_k_crossover": [], "support": [], "cover_at_tau": [], "entropy": [], "text_profile": [],
         "exploration": [], "distinct_programs": []}
    shares = {}
    for t in ts[1:]:
        pairs = []
        for q in ids:
            n = min(len(samples[1][q]), len(samples[t][q]))
            if n:
                pairs.append((n, correct(samples[1][q][:n]), correct(samples[t][q][:n])))
        found, shares[t] = crossover(pairs, rng)
        m["pass_at_k_crossover"].append({"iteration": t} | found)
        m["support"].append({"iteration": t} | support(pairs))

    for t in ts:
        for step in range(1, 21):
            reached = [int(20 * correct(used[t][q]) >= step * len(used[t][q])) for q in ids if used[t][q]]
            m["cover_at_tau"].append({"iteration": t, "tau": step / 20, "estimate": mean(reached)})
        answers = {q: entropy_of(used[t][q]) for q in ids}
        before = {q: entropy_of(used[1][q]) for q in ids}
        names = ["answer_entropy", "answer_entropy_corrected", "distinct_answers", "distinct_wrong_share"]
        both = [q for q in ids if answers[q] and before[q]]
        key = "answer_entropy_corrected"
        tokenwise = {q: token_entropy(used[t][q]) for q in ids}
        first = {q: token_entropy(used[1][q]) for q in ids}
        m["entropy"].append(
            {"iteration": t} | {n: mean([a[n] for a in answers.values() if a]) for n in names} | {
                key + "_change": None if t == 1 else mean([answers[q][key] - before[q][key] for q in both]),
                "token_entropy": mean(list(tokenwise.values())),
                "token_entropy_change": None if t == 1 else mean(
                    [tokenwise[q] - first[q] for q in ids if tokenwise[q] is not None and first[q] is not None])})
        for s in STRATA:
            texts = [member[t, s, q] for q in ids]
            m["text_profile"].append({
                "iteration": t, "stratum": s,
                "word_tokens": mean([average([len(tokens(r["completion"])) for r in x]) for x in texts]),
                "model_tokens": mean([average([r["token_count"] for r in x]) for x in texts]),
                "repetition": mean([average([repetition(r["completion"]) for r in x]) for x in texts]),
                "truncated": mean([average([int(r["finish_reason"] == "length") for r in x]) for x in texts])})
            forms = [[program_form(r["completion"]) for r in member[t, s, q]] for q in ids
                     if info[q]["task"] == "mbpp" and len(member[t, s, q]) >= 2]
            m["distinct_programs"].append(
                {"iteration": t, "stratum": s, "distinct": mean([len(set(f)) / len(f) for f in forms])})
        kept = {q: [r["completion"] for r in used[t][q] if r["correct"]] for q in ids if used[t][q]}
        share = {q: len(set(x)) / len(x) if x else None for q, x in kept.items()}
        m["exploration"].append({
            "iteration": t, "target": 6, "unique_correct": mean([len(set(x)) for x in kept.values()]),
            "kept": mean([len(x) / len(used[t][q]) for q, x in kept.items()]), "unique_share": mean(list(share.values())),
            "balance": mean([min(len(set(x)) / 6, 1) * (share[q] or 0) for q, x in kept.items()])})

    # Training rows
    tally = {}
    for r in training_samples:
        tally.setdefault(r["problem_id"], []).append(r["correct"])
    accuracy_bin = {q: min(4, 5 * sum(x) // len(x)) for q, x in tally.items()}
    levels = sorted({p["group"] for p in training_problems})
    group_bin = {p["id"]: levels.index(p["group"]) for p in training_problems}

    def distribution(bin_of, names):
        result = []
        for t in (2, 3):
            count = Counter(r["problem_id"] for r in training if r["iteration"] == t)
            total = sum(count[q] for q in bin_of)
            for i, name in enumerate(names):
                inside = [q for q in bin_of if bin_of[q] == i]
                result.append({
                    "iteration": t, "bin": name, "rows": sum(count[q] for q in inside),
                    "questions": sum(count[q] > 0 for q in inside),
                    "share": {"estimate": sum(count[q] for q in inside) / total, "n": sum(count[q] > 0 for q in bin_of)}})
        return result

    def bins(bin_of, names):
        return [{"name": name, "question_share": sum(b == i for b in bin_of.values()) / len(bin_of)}
                for i, name in enumerate(names)]

    m["training_difficulty"] = {
        "accuracy_bins": bins(accuracy_bin, BINS), "by_accuracy": distribution(accuracy_bin, BINS),
        "group_bins": bins(group_bin, levels), "by_group": distribution(group_bin, levels)}
    texts = [tokens(r[k]) for r in training for k in ("prompt", "completion")]
    grams = {n: {tuple(w[i : i + n]) for w in texts for i in range(len(w) - n + 1)} for n in range(8, 14)}
    cover = {q: covered(info[q]["question"], grams) for q in ids}
    dirty = [q for q in ids if cover[q] is not None and cover[q] >= 0.8]
    m["contamination"] = {
        "n": 13, "threshold": 0.8, "rows": len(training), "questions": sum(c is not None for c in cover.values()),
        "too_short": sum(c is None for c in cover.values()), "overlapping": sum((c or 0) > 0 for c in cover.values()),
        "contaminated": len(dirty), "problem_ids": dirty, "covered_share": mean(list(cover.values())),
        "pass_at_1": [{
            "iteration": t, "contaminated": mean([greedy[t].get(q) for q in ids if q in dirty]),
            "clean": mean([greedy[t].get(q) for q in ids if q not in dirty])} for t in ts]}

    # Controls
    c = {"improvement": [], "matched_diversity": []}
    other = {r["problem_id"]: int(r["correct"]) for r in null}
    curve = lambda questions: [
        {"k": k, "estimate": mean([pass_at_k(len(samples[1][q]), correct(samples[1][q]), k) for q in questions])}
        for k in LADDER if questions and k <= min(len(samples[1][q]) for q in questions)]
    noise = [q for q in ids if not greedy[1][q] and other[q]]
    c["null"] = {
        "accuracy": mean(list(other.values())), "delta": mean([other[q] - greedy[1][q] for q in ids]),
        "size": len(noise), "lost_size": sum(greedy[1][q] > other[q] for q in ids),
        "first_iteration_pass_at_k": curve(noise)}
    first = {q: samples[1][q][0::2] for q in ids}
    second = {q: samples[1][q][1::2] for q in ids}
    accuracy = {q: correct(first[q]) / len(first[q]) for q in ids}
    group = {q: info[q]["group"] for q in ids}
    for t in ts[1:]:
        both = [q for q in ids if q in greedy[t]]
        gained = [q for q in both if greedy[1][q] < greedy[t][q]]
        neither = [q for q in both if greedy[1][q] == greedy[t][q] == 0]
        found = matching(gained, neither, accuracy, group)
        controls = {q for x in found.values() for q in x}
        entries = []
        for k in LADDER:
            if found and k <= min(len(second[q]) for q in set(found) | controls):
                value = lambda q: pass_at_k(len(second[q]), correct(second[q]), k)
                improved = [value(q) for q in found]
                control = [float(np.mean([value(x) for x in found[q]])) for q in found]
                entries.append({
                    "k": k, "improved": mean(improved), "control": float(np.mean(control)),
                    "difference": {"estimate": float(np.mean(improved) - np.mean(control)),
                                   "n": len(found) + len(controls)}})
        gain = lambda y, q: int(y[q] > greedy[1][q])
        c["improvement"].append({
            "iteration": t, "matched_questions": len(found), "unmatched_questions": len(gained) - len(found),
            "control_questions": len(controls), "matched": entries,
            "excess_over_null": mean([gain(greedy[t], q) - gain(other, q) for q in both]),
            "change_over_null": mean([greedy[t][q] - other[q] for q in both])})
        for s in STRATA:
            pairs = []
            for q in ids:
                size = min(len(member[1, s, q]), len(member[t, s, q]))
                if size >= 2:
                    pairs.append(tuple([r["completion"] for r in member[i, s, q][:size]] for i in (1, t)))
            whole = [(distinct_n(list(map(tokens, a))), distinct_n(list(map(tokens, b)))) for a, b in pairs]
            cut = [v for v in (equal_length(a, b) for a, b in pairs) if v]
            for name, values in (("distinct_n", whole), ("distinct_n_equal_length", cut)):
                a, b = np.array(values).T
                c["matched_diversity"].append({
                    "iteration": t, "stratum": s, "measure": name, "first": float(a.mean()), "later": float(b.mean()),
                    "difference": mean(list(b - a))})
    choices = [(len(p["choices"]), common[p["id"]]) for p in problems if "choices" in p]
    largest = max(min(len(x) for x in samples[t].values() if x) for t in ts)
    c["chance"] = {
        "questions": len(choices),
        "pass_at_k": [{"k": k, "value": float(np.mean([1 - (1 - 1 / n) ** k for n, _ in choices]))}
                      for k in LADDER if k <= largest],
        "cover_at_tau": [{"tau": s / 20, "value": float(np.mean(
            [stats.binom.sf(math.ceil(s * count / 20) - 1, count, 1 / n) for n, count in choices]))}
            for s in range(1, 21)]}
    return {"measures": m, "controls": c, "crossing_shares": shares}


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    data = problems, rows, null, training, training_problems, training_samples = make(random.Random(20241112))

    def write(name, lines):
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / name).write_text(text, encoding="utf-8")

    write("problems.jsonl", problems)
    for t in rows:
        write(f"M{t}.jsonl", rows[t])
    write("null.jsonl", null)
    write("training.jsonl", training)
    write("training-problems.jsonl", training_problems)
    write("training-samples.jsonl", training_samples)
    (folder / "expected.json").write_text(json.dumps(measure(*data), indent=1) + "\n", encoding="utf-8")


main()
