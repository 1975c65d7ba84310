"""Makes a run's database with synthetic answers: for the browser's tests and for measuring the browser of answers.

    python3 make_run.py --like RUN --out FOLDER [--questions 200] [--samples 16] [--iterations 5] [--hostile] [--ood 0] [--train 0]

The tables, the manifest and the stages are those of RUN, a run that `reversal` made, so that the schema is never written twice.
Texts are drawn from a seed: worked answers to word problems, each model's more alike than the one's before.
"""

import argparse
import datetime
import json
import random
import shutil
import sqlite3
from pathlib import Path

NAMES = "Ada Ben Cleo Dara Emil Fay Gus Hana Ivo Jun Kira Leo Mina Nils Olga Pia Quin Rosa Sven Tess".split()
THINGS = "apples books cards coins cups eggs flowers keys lamps marbles notes pens plates ropes seeds shells stamps tiles toys".split()
VERBS = "buys collects counts draws finds gathers keeps makes packs paints picks sells sends sorts stores washes".split()
LEADS = [
    "First we look at what {name} has.", "Let us work through it.", "We know that {name} {verb} {thing}.",
    "To find the total, add what there is.", "The question asks how many {thing} are left.", "Step by step:",
    "{name} begins with {a} {thing}.", "Start from the number of {thing}.", "Here is one way to see it.",
    "It helps to write down the numbers.", "Think of each day on its own.", "There are two parts to this.",
]

HOSTILE = [
    "<script>document.title='owned';window.owned=1</script>",
    '<img src=x onerror="window.owned=2"> <svg onload="window.owned=3"><circle r=5></svg>',
    "[click](javascript:window.owned=4) javascript:window.owned=5 <a href='javascript:window.owned=6'>a</a>",
    "left \u202e right to left \u2066 isolated \u200b zero \u0007 bell \x1b[31m red \x00 nul \ufeff mark",
    "</div></main></body></html><h1>outside</h1>",
    "\"><form action='//evil.example'><input autofocus onfocus='window.owned=7'></form>",
    "a" * 1_000_000,
    "مرحبا بالعالم 12 + 3 = 15 שלום עולם",
]


def text(random, question, model, models, correct):
    """A worked answer with one or two equations; later models use fewer openings."""
    name, thing = NAMES[question % len(NAMES)], THINGS[question % len(THINGS)]
    a, b = 10 + question % 37, 2 + question % 9
    variety = max(1, len(LEADS) - (model - 1) * len(LEADS) // (models + 1))
    lead = LEADS[random.randrange(variety)].format(name=name, verb=VERBS[question % len(VERBS)], thing=thing, a=a)
    filler = " ".join(random.choice(THINGS + VERBS + NAMES) for _ in range(random.randrange(4, 24 - 2 * min(model, 8))))
    total = a * b
    if not correct:
        total += random.choice([1, -1, 10, b])
    lines = [lead, f"So {name} {VERBS[(question + 1) % len(VERBS)]} {filler}."]
    if random.randrange(variety) > variety // 2:
        lines.append(f"{a}+{a}=<<{a}+{a}={2 * a}>>{2 * a} {thing}.")
    wrong = "" if correct or random.random() < 0.5 else " then"
    lines.append(f"{a} {thing} times {b} is <<{a}*{b}={total}>>{total}{wrong}.")
    lines.append(f"#### {total}")
    return "\n".join(lines), str(total)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--like", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--train", type=int, default=0)
    parser.add_argument("--ood", type=int, default=0)
    parser.add_argument("--samples", type=int, default=16)
    parser.add_argument("--iterations", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hostile", action="store_true")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True)
    source = sqlite3.connect(f"file:{arguments.like / 'run.sqlite'}?immutable=1", uri=True)
    file = arguments.out / "run.sqlite"
    target = sqlite3.connect(file, isolation_level=None)
    target.execute("PRAGMA journal_mode=WAL")
    target.execute("PRAGMA synchronous=OFF")
    for (sql,) in source.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"):
        target.execute(sql)
    target.execute(f"PRAGMA user_version = {source.execute('PRAGMA user_version').fetchone()[0]}")
    target.execute("BEGIN")
    for row in source.execute("SELECT * FROM grdb_migrations"):
        target.execute("INSERT INTO grdb_migrations VALUES (?)", row)
    write_manifest(source, target, arguments)
    write_answers(target, arguments)
    target.execute("COMMIT")
    target.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    target.close()
    write_losses(arguments)
    print(f"{file}: {file.stat().st_size / 1e6:.0f} MB")


def write_manifest(source, target, arguments):
    manifest = json.loads(source.execute("SELECT json FROM manifest").fetchone()[0])
    configuration = json.loads(manifest["configuration"])
    configuration["iterations"] = arguments.iterations
    configuration["evaluation"]["samples"] = arguments.samples
    configuration["evaluation"].pop("questions", None)
    manifest["configuration"] = json.dumps(configuration, sort_keys=True)
    manifest["iterations"] = arguments.iterations
    target.execute("INSERT INTO manifest VALUES (1, ?)", (json.dumps(manifest),))
    names = ["select", "train", "evaluate_test", "sample_test"]
    names += ["evaluate_ood"] * (arguments.ood > 0) + ["sample_train"] * (arguments.train > 0)
    time = datetime.datetime(2026, 3, 1, 9, 0, tzinfo=datetime.timezone.utc)
    position = 0
    for iteration in range(1, arguments.iterations + 1):
        for name in names:
            count = {"select": 400, "train": 120, "evaluate_ood": arguments.ood, "sample_train": arguments.train}.get(
                name, arguments.questions)
            time += datetime.timedelta(seconds=30)
            unit = {"select": "rows", "train": "steps"}.get(name, "questions")
            target.execute(
                "INSERT INTO stage VALUES (?, ?, ?, ?, ?, ?, ?)",
                (position, iteration, name, count, count, unit, time.strftime("%Y-%m-%dT%H:%M:%SZ")))
            position += 1
        for name, value in [("training_rows", 400), ("initial_loss", 2.0 / iteration), ("final_loss", 1.1 / iteration)]:
            target.execute("INSERT INTO metric VALUES (?, ?, ?)", (iteration, name, value))


def write_answers(target, arguments):
    parts = [("test", arguments.questions), ("ood", arguments.ood), ("train", arguments.train)]
    key, keys = 0, {}
    for split, count in parts:
        for question in range(count):
            name, thing = NAMES[question % len(NAMES)], THINGS[question % len(THINGS)]
            a, b = 10 + question % 37, 2 + question % 9
            asked = f"{name} {VERBS[question % len(VERBS)]} {a} {thing} a day for {b} days. How many {thing} is that?"
            if arguments.hostile and split == "test" and question < len(HOSTILE):
                asked = HOSTILE[question][:2_000] + " " + asked
            target.execute(
                "INSERT INTO problem (key, split, id, task, question, reference, difficulty, prompt) VALUES (?,?,?,?,?,?,?,?)",
                (key, split, f"{split}-{question:05}", "synthetic", asked, f"#### {a * b}", f"Level {question % 5 + 1}", "Q: " + asked))
            keys[split, question] = key
            key += 1
    columns = ("problem, iteration, decoding, sample_index, text, token_ids, token_count, finish_reason, log_probability, "
               "verdict, extracted")
    insert = f"INSERT INTO completion ({columns}) VALUES (?,?,?,?,?,?,?,?,?,?,?)"
    for iteration in range(1, arguments.iterations + 1):
        for split, count in parts:
            rows = []
            for question in range(count):
                draw = random.Random(f"{arguments.seed} {split} {question} {iteration}")
                ease = 0.75 - 0.12 * (question % 5) + 0.03 * iteration * (1 if split != "ood" else -0.5)
                indices = [("greedy", 0)] + [("sampled", i) for i in range(arguments.samples if split != "ood" else 0)]
                for decoding, index in indices:
                    correct = draw.random() < ease
                    answer, extracted = text(draw, question, iteration, arguments.iterations, correct)
                    if arguments.hostile and split == "test" and question < len(HOSTILE) and index < 3:
                        answer = HOSTILE[question] + "\n" + answer
                    verdict = "correct" if correct else draw.choice(["incorrect"] * 8 + ["unparsed", "timeout"])
                    stored = answer.encode() if "\0" in answer else answer
                    ids = draw.randbytes(60)
                    rows.append((keys[split, question], iteration, decoding, index, stored, bytes(b & 0x7F for b in ids),
                                 60, "length" if draw.random() < 0.02 else "stop", -0.3 * draw.randrange(8, 60),
                                 verdict, extracted if verdict in ("correct", "incorrect") else None))
                if len(rows) > 5_000:
                    target.executemany(insert, rows)
                    rows = []
            target.executemany(insert, rows)
        for position in range(400 if arguments.train else 0):
            question = (position * 7 + iteration) % arguments.train
            # Later models learn from ever easier questions.
            while question % 5 > 5 - min(iteration, 4) and question >= 1:
                question -= 1
            target.execute(
                "INSERT INTO training_row (iteration, position, problem, completion) VALUES (?,?,?,?)",
                (iteration, position, keys["train", question], "text"))


def write_losses(arguments):
    folder = arguments.out / "training"
    folder.mkdir()
    for iteration in range(1, arguments.iterations + 1):
        draw = random.Random(iteration)
        lines = [
            json.dumps({"step": step, "total": 120, "loss": round((0.4 + 1.6 * 0.97**step) / iteration + draw.random() * 0.06, 4)})
            for step in range(1, 121)
        ]
        (folder / f"M{iteration}.jsonl").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
