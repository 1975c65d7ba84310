#!/usr/bin/env bash
# A whole run on real data: the first 64 training and 64 test questions of GSM8K, three iterations of eight samples, from
# a small random model with the shape and the tokenizer of LLaMA3. Its scores mean nothing; its stages are the real ones.
#
#   examples/run-gsm8k-tiny.sh [OUT]        default runs/gsm8k-llama3-tiny
#
# Expects ../shared/tokenizers/llama3/tokenizer.json and ../shared/data/gsm8k/{train,test}.jsonl beside this repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

make build
if [[ ! -e runs/llama3-tiny ]]; then
  python3 examples/make_tiny_llama3.py runs/llama3-tiny --tokenizer ../shared/tokenizers/llama3
fi
exec .build/release/reversal run examples/gsm8k-llama3-tiny.yaml --out "${1:-runs/gsm8k-llama3-tiny}"
