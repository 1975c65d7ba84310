#!/bin/sh
# Audits real outputs: a 6B GPT-3 after fine-tuning on GSM8K (iteration 1) and re-ranked by a verifier (iteration 2), on
# GSM8K's 1,319 test questions. They were published with "Training verifiers to solve math word problems" (2110.14168).
#
#   examples/audit-gsm8k-6b.sh [DATA] [OUT]
#
# DATA   the folder with model_outputs/gsm8k_gpt3_6b.jsonl; default $REVERSAL_DATA, else ../shared/data
# OUT    where the converted files and audit.json go; default runs/audit-gsm8k-6b
#
# $REVERSAL names the command; default .build/release/reversal.
set -eu
cd "$(dirname "$0")/.."

data=${1:-${REVERSAL_DATA:-../shared/data}}
out=${2:-runs/audit-gsm8k-6b}
reversal=${REVERSAL:-.build/release/reversal}
outputs=$data/model_outputs/gsm8k_gpt3_6b.jsonl

[ -r "$outputs" ] || { echo "$outputs: cannot be read; give the data folder as the first argument" >&2; exit 2; }
mkdir -p "$out"

# The problems: every question once, its worked answer as the reference.
python3 -c 'import json, sys
for r in map(json.loads, sys.stdin):
    if r["model"] == "6b_finetuning":
        print(json.dumps({"id": f"gsm8k-test-{r['"'problem_index'"']}", "task": "gsm8k", "question": r["question"], "reference": r["ground_truth"]}))
' <"$outputs" >"$out/problems.jsonl"

# The samples of one model: a single answer a question, without a judgement, so that the audit judges it itself.
samples() {
  python3 -c 'import json, sys
for r in map(json.loads, sys.stdin):
    if r["model"] == sys.argv[1]:
        print(json.dumps({"problem_id": f"gsm8k-test-{r['"'problem_index'"']}", "sample_index": 0, "decoding": "greedy", "completion": r["solution"]}))
' "$1" <"$outputs"
}
samples 6b_finetuning >"$out/M1.jsonl"
samples 6b_verification >"$out/M2.jsonl"

"$reversal" audit --problems "$out/problems.jsonl" --samples 1="$out/M1.jsonl" --samples 2="$out/M2.jsonl" \
  --json "$out/audit.json"
