# Everything is built in release mode, so that the demo, the tests and the benchmarks share one build.

.PHONY: demo test check torture test-cluster fuzz sanitize parity test-browser build lint format benchmark benchmark-7b
.PHONY: benchmark-browse clean
.DEFAULT_GOAL := demo
.NOTPARALLEL:

# Many tests wait for programs that they start, and those that count on a reply should not stand in line behind them all.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= $(shell expr 2 \* $$(getconf _NPROCESSORS_ONLN))

METHOD ?=
SEED ?=
OUT ?=
REVERSAL := .build/release/reversal
SWIFT_SOURCES := Package.swift Sources Tests Benchmarks

# A language model improves itself, and a report says whether that was progress.
#   make demo [METHOD=sft|dpo|sft-dpo|all] [SEED=1] [OUT=folder]
# Without OUT the run goes to runs/demo, or where that exists to the next free runs/demo-2, runs/demo-3, …
demo: build
	@out='$(OUT)'; \
	if [ -z "$$out" ]; then \
	  out=runs/demo; n=2; \
	  while [ -e "$$out" ]; do last=$$out; out=runs/demo-$$n; n=$$((n + 1)); done; \
	  if [ -n "$$last" ]; then \
	    echo "$$last stays as it is (to continue it: $(REVERSAL) resume $$last); this run goes to $$out"; \
	  fi; \
	fi; \
	mkdir -p "$$(dirname "$$out")" && \
	exec $(REVERSAL) demo --out "$$out" $(if $(METHOD),--method '$(METHOD)') $(if $(SEED),--seed '$(SEED)')

test:
	@scripts/setup test
	@swift build -c release --build-tests
	@swift test -c release --skip-build --disable-xctest

# What continuous integration runs. Warnings are errors in every target (Package.swift).
check: lint build test

# The long tests: a million mutated inputs for every reader, ten gigabytes through a filter, every hostile program, every
# reference program and answer of the benchmarks where ../shared or REVERSAL_SHARED has them, runs that are killed at every
# durable write and at 200 random moments for each method (REVERSAL_CRASH_SEED=n repeats them), and runs with damaged bytes
# and on failing disks.
TORTURE := HostileInput|HostileAnswer|Stream|SharedAnswer|HostileProgram|ProgramCorpus|Crash|PowerCut|Interruption|TwoProcess|Fsck|StorageFault
torture:
	@scripts/setup test
	@swift build -c release --build-tests
	@REVERSAL_TORTURE=1 swift test -c release --skip-build --disable-xctest --filter '($(TORTURE))Tests'

# Readers of hostile input under libFuzzer, where the toolchain has it; elsewhere `make torture` drives the same readers.
#   make fuzz [TARGET="latex zip"] [RUNS=1000000]
TARGET ?=
RUNS ?= 1000000
fuzz:
	@scripts/setup
	@REVERSAL_FUZZ=1 swift build -c release --sanitize fuzzer --scratch-path .build-fuzz --product FuzzDriver
	@scripts/fuzz .build-fuzz/release/FuzzDriver $(RUNS) $(TARGET)

# The whole test suite under AddressSanitizer and ThreadSanitizer.
#   make sanitize [SANITIZER="address thread"]
SANITIZER ?= address thread
sanitize:
	@scripts/setup test
	@scripts/sanitize $(SANITIZER)

# Ours live beside mpmath, transformers, TRL, PEFT, tokenizers, sentencepiece, tiktoken, Jinja2 and TensorBoard at pinned
# versions.
#   make parity [PARITY_PYTHON=python with Tests/Parity/requirements.txt installed]
PARITY_PYTHON ?= .venv-parity/bin/python
PARITY := constants architectures training tokenization chat_templates importers embeddings event_files
parity: build $(filter .venv-parity/%,$(PARITY_PYTHON))
	@set -e; for topic in $(PARITY); do \
	  echo "== $$topic"; $(PARITY_PYTHON) Tests/Parity/$$topic.py --reversal $(REVERSAL); \
	done

# The dashboard in headless Chromium, which it installs with its driver where they are missing; writes the README's pictures.
#   make test-browser [BROWSER_PYTHON=python with Tests/Browser/requirements.txt installed] [ONLY=part of a test's name]
BROWSER_PYTHON ?= .venv-browser/bin/python
ONLY ?=
test-browser: build $(filter .venv-browser/%,$(BROWSER_PYTHON))
	@scripts/setup browser
	@$(BROWSER_PYTHON) Tests/Browser/test_dashboard.py --reversal $(REVERSAL) --images docs/images --only '$(ONLY)'

.venv-browser/bin/python: Tests/Browser/requirements.txt
	@scripts/setup benchmark
	@python3 -m venv .venv-browser
	@$@ -m pip install --quiet --requirement $<
	@touch $@

.venv-parity/bin/python: Tests/Parity/requirements.txt
	@scripts/setup benchmark
	@python3 -m venv .venv-parity
	@$@ -m pip install --quiet --requirement $<
	@touch $@

# The workers on a Ray cluster and by torchrun, and Reversal's way to them, against the real things on this machine's
# loopback; everything that is started is stopped. Installs 6 GB, most of them torch's CUDA libraries.
#   make test-cluster [CLUSTER_PYTHON=python with workers/requirements-test.txt installed]
CLUSTER_PYTHON ?= $(CURDIR)/.venv-cluster/bin/python
test-cluster: build $(filter $(CURDIR)/.venv-cluster/%,$(CLUSTER_PYTHON))
	@cd workers && $(CLUSTER_PYTHON) -m mypy rollout.py train.py reversal_workers tests
	@cd workers && REVERSAL='$(CURDIR)/$(REVERSAL)' $(CLUSTER_PYTHON) -m pytest -p no:cacheprovider
	@swift build -c release --build-tests
	@$(CLUSTER_PYTHON) workers/tests/with_head.py \
	  swift test -c release --skip-build --disable-xctest --filter ClusterEngineTests

$(CURDIR)/.venv-cluster/bin/python: workers/requirements.txt workers/requirements-test.txt
	@scripts/setup benchmark
	@python3 -m venv .venv-cluster
	@$@ -m pip install --quiet --requirement workers/requirements-test.txt
	@touch $@

build:
	@scripts/setup
	@swift build -c release --product reversal

lint:
	@scripts/setup
	@swift format lint --strict --recursive --parallel $(SWIFT_SOURCES)

format:
	@swift format --in-place --recursive --parallel $(SWIFT_SOURCES)

# Ours beside PyTorch and transformers, in alternating rounds on an otherwise idle machine.
#   make benchmark [ROUNDS=5] [PYTHON=python with Benchmarks/requirements.txt installed]
ROUNDS ?= 5
PYTHON ?= .venv-benchmarks/bin/python
benchmark: build $(filter .venv-benchmarks/%,$(PYTHON))
	@$(PYTHON) Benchmarks/compare.py --rounds $(ROUNDS)

# A model of LLaMA2-7B's shape in bfloat16 beside llama.cpp. It needs 27 GB of disk while it runs and 24 GB of memory.
benchmark-7b: build .build-llama.cpp/bin/llama-bench
	@$(PYTHON) Benchmarks/large_model.py --remove

# Two million answers in the browser of answers: each page's time, the index, memory. It needs 2 GB of disk while it runs.
#   make benchmark-browse [ANSWERS=2000000]
ANSWERS ?= 2000000
benchmark-browse: build
	@python3 Benchmarks/browse.py --reversal $(REVERSAL) --answers $(ANSWERS)

# llama.cpp's column of both appears once this was made.
.build-llama.cpp/bin/llama-bench: $(filter .venv-benchmarks/%,$(PYTHON))
	@$(PYTHON) Benchmarks/llama_cpp.py build

.venv-benchmarks/bin/python: Benchmarks/requirements.txt
	@scripts/setup benchmark
	@python3 -m venv .venv-benchmarks
	@$@ -m pip install --quiet --requirement $<
	@touch $@

clean:
	@rm -rf .build .build-fuzz .build-sanitize-* .venv-benchmarks .venv-browser .venv-cluster .venv-parity
