# The front door. `make help` lists the targets; variables can be set on the command line:
#
#   PYTHON         the Python to build on, 3.10 to 3.13        SEED        what the demo draws its facts from
#   JARVISD_CACHE  where models and sandbox image are kept     SAY         one sentence for the demo
#   BUILD          where everything else is made               UTTERANCE   one WAV file for the demo
#                                                              ANSWER      yes or no, to questions about it
#                                                              MIC         default: the real microphone
#                                                              CASES       more injections, or what eval-* ask
#                                                              MODEL       what eval-plans asks, a folder of models
#                                                              ROUTE       all, sentence or plan, for eval-plans
#                                                              MIX         what bench-mind asks
#                                                              SPEECH      people's recordings, for bench-ears
#                                                              ONLY        one condition of bench-ears
#                                                              FULL        1: hours of it, and all recordings
#                                                              CHECK       1: fail where a figure is missed
#                                                              TARGET      what to fuzz; SECONDS, how long each
#                                                              N           how many mutants; SEED, which
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BUILD ?= build
VENV ?= $(BUILD)/venv
JARVISD_CACHE ?= $(BUILD)/cache
MODELS ?= $(abspath $(JARVISD_CACHE))/models
PROFILE ?= default
DIST ?=
ARCH ?=

# Letters by chance of the mail matrix.
COUNT ?= 2000

# How long each reader is fuzzed.
SECONDS ?= 60

# How many mutants are tried.
N ?= 400

# AGAIN=1 runs those tests alone that failed before, or tries those mutants alone that survived before.
AGAIN ?=
ONLY_FAILED := $(if $(AGAIN),--last-failed --last-failed-no-failures none)

PY := $(VENV)/bin/python

# Tests run side by side, each module in one process; two have been tried, and each may hold a model or two.
WORKERS ?= 2
PYTEST := $(PY) -m pytest --numprocesses $(WORKERS) --dist loadfile
READY := $(VENV)/.ready

# Handed over through the environment, so that no character of a sentence means anything to make or the shell.
SEED ?=
SAY ?=
UTTERANCE ?=
ANSWER ?=
MIC ?=
CASES ?=
MODEL ?=
ROUTE ?=
MIX ?=
SPEECH ?=
ONLY ?=
FULL ?=
CHECK ?=
TARGET ?=
override export SEED := $(value SEED)
override export SAY := $(value SAY)
override export UTTERANCE := $(value UTTERANCE)
override export ANSWER := $(value ANSWER)
override export MIC := $(value MIC)
override export CASES := $(value CASES)
override export MODEL := $(value MODEL)
override export ROUTE := $(value ROUTE)
override export MIX := $(value MIX)
override export SPEECH := $(value SPEECH)
override export ONLY := $(value ONLY)
override export FULL := $(value FULL)
override export CHECK := $(value CHECK)

.PHONY: help
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: setup
setup: os-all $(READY) models sandbox ## OS packages, virtual environment, models, sandbox image

.PHONY: os-build os-all
os-build:
	@packaging/setup/os-packages.sh build
os-all:
	@packaging/setup/os-packages.sh all

$(READY): packaging/setup/venv.sh pyproject.toml $(wildcard requirements/*.lock) | os-build
	@packaging/setup/venv.sh "$(PYTHON)" "$(VENV)"
	@touch $@

.PHONY: models
models: $(READY)
	@$(PY) -m jarvisd.cli.main models fetch --root "$(MODELS)" --profile $(PROFILE) --accept-licence hey-jarvis

.PHONY: sandbox
sandbox: os-all
	@packaging/sandbox/build.sh "$(abspath $(JARVISD_CACHE))/sandbox"

.PHONY: test
test: setup ## the whole test suite
	JARVISD_MODELS="$(MODELS)" $(PYTEST) --durations=10 $(ONLY_FAILED)

.PHONY: check
check: $(READY) ## lint, types, structure and pure tests; needs only the virtual environment
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PYTEST) tests/contract tests/unit

.PHONY: fmt
fmt: $(READY) ## sort imports and format
	$(PY) -m ruff check --select I --fix .
	$(PY) -m ruff format .

.PHONY: demo
demo: setup ## speak nine requests to the real daemons; SAY= or UTTERANCE= for one of your own
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/demo"); \
	[[ -z "$$SEED" ]] || arguments+=(--seed "$$SEED"); \
	[[ -z "$$SAY" ]] || arguments+=(--say "$$SAY"); \
	[[ -z "$$UTTERANCE" ]] || arguments+=(--utterance "$$UTTERANCE"); \
	[[ -z "$$ANSWER" ]] || arguments+=(--answer "$$ANSWER"); \
	[[ -z "$$MIC" ]] || arguments+=(--mic "$$MIC"); \
	[[ "$(PROFILE)" != tiny ]] || arguments+=(--llm qwen2.5-coder-0.5b); \
	exec $(PY) -m demo "$${arguments[@]}"

DEB_INPUTS := LICENSE NOTICE README.md pyproject.toml $(shell find config dbus docs jarvisd packaging requirements systemd \
	-type f -not -name '*.pyc')
DEB := $(BUILD)/deb/.built-$(or $(DIST),here)-$(or $(ARCH),here)

.PHONY: deb
deb: $(DEB) ## Debian packages in build/deb; DIST=bookworm|jammy|noble ARCH=amd64|arm64
$(DEB): $(DEB_INPUTS) | sandbox
	@packaging/build-deb.sh --dist "$(DIST)" --arch "$(ARCH)" \
		--image "$(abspath $(JARVISD_CACHE))/sandbox/image.tar.gz" "$(BUILD)/deb"
	@touch $@

.PHONY: deb-lint
deb-lint: deb ## lintian on the packages
	cd "$(BUILD)/deb" && lintian --fail-on error *.changes

.PHONY: system-test guest-test
system-test: ## the packages in a booted guest with a real systemd; needs root
	@why=$$($(PYTHON) -c 'from tests.system.guest import forbidden; print(forbidden())'); \
	if [[ -n $$why ]]; then \
		echo "system-test: skipped because $$why"; \
	else \
		$(MAKE) --no-print-directory guest-test; \
	fi
guest-test: setup deb
	@packaging/setup/os-packages.sh system
	JARVISD_CACHE="$(abspath $(JARVISD_CACHE))" JARVISD_PACKAGES="$(abspath $(BUILD))/deb" JARVISD_MODELS="$(MODELS)" \
		$(PY) -m pytest --durations=25 $(ONLY_FAILED) tests/system

.PHONY: bench
bench: setup ## measure; raw samples go to build/bench
	$(PY) -m bench --models "$(MODELS)" --cache "$(abspath $(JARVISD_CACHE))" --output "$(BUILD)/bench"

.PHONY: bench-mind
bench-mind: $(READY) models ## CPU of requests by route against the suite without sentences; MIX= lists what is asked
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/bench"); \
	[[ -z "$$MIX" ]] || arguments+=("$$MIX"); \
	exec $(PY) -m bench.mind "$${arguments[@]}"

.PHONY: bench-voice
bench-voice: $(READY) models ## how soon the voice is heard and silent; ROUNDS=20, CHECK=1 fails where a figure is missed
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/bench" --rounds "$${ROUNDS:-20}"); \
	if [ -n "$${CHECK:-}" ]; then arguments+=(--check); fi; \
	exec $(PY) -m bench.voice "$${arguments[@]}"

.PHONY: bench-spoken
bench-spoken: $(READY) models ## how soon a spoken request is answered, against the suite before; REQUESTS=12, 0 is all of MIX=
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/bench" --requests "$${REQUESTS:-12}"); \
	[[ -z "$$MIX" ]] || arguments+=("$$MIX"); \
	[[ -z "$$CHECK" ]] || arguments+=(--check); \
	exec $(PY) -m bench.spoken "$${arguments[@]}"

.PHONY: bench-ears
bench-ears: $(READY) models ## what the ear hears, and when it answers; SPEECH= has recordings of people, FULL=1 takes hours
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/bench"); \
	[[ -z "$$SPEECH" ]] || arguments+=(--speech "$$SPEECH"); \
	[[ -z "$$ONLY" ]] || arguments+=(--only "$$ONLY"); \
	[[ -z "$$FULL" ]] || arguments+=(--full); \
	[[ -z "$$CHECK" ]] || arguments+=(--check); \
	exec $(PY) -m bench.ears "$${arguments[@]}"

.PHONY: soak
soak: setup ## sampled tests at full size, then the fuzzer, which takes about two hours; ends with tables of figures
	JARVISD_MODELS="$(MODELS)" JARVISD_SOAK=1 $(PY) -m pytest -m soak --durations=10
	@$(PY) -m tests.scope --models "$(MODELS)" --output "$(BUILD)/eval-scope" --strict
	@$(MAKE) --no-print-directory fuzz SECONDS=600

.PHONY: fuzz
fuzz: ## readers of what nobody has to trust, by a fuzzer in an environment of its own; TARGET= SECONDS=
	@packaging/setup/fuzz.sh "$(PYTHON)" "$(BUILD)/fuzz-venv" --output "$(BUILD)/fuzz" --seconds "$(SECONDS)" $(TARGET)

.PHONY: mutation
mutation: $(READY) ## does a test fail for each of many small changes to code that decides? SEED= N= AGAIN=
	@packaging/setup/mutation.sh "$(PYTHON)" "$(BUILD)/mutation-venv" --python "$(PY)" --output "$(BUILD)/mutation" \
		--seed "$$SEED" --count "$(N)" $(if $(AGAIN),--again)

.PHONY: injections
injections: $(READY) ## orders in files, names, pages, memories, output and mail, all of them; CASES= adds a file
	JARVISD_SOAK=1 $(PY) -m pytest tests/integration/test_injections.py

.PHONY: eval-scope
eval-scope: $(READY) models ## requests in and out of reach, rehearsed with the real planner; goes on where it was; CASES=
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/eval-scope"); \
	[[ -z "$$CASES" ]] || arguments+=("$$CASES"); \
	exec $(PY) -m tests.scope "$${arguments[@]}"

.PHONY: eval-plans
eval-plans: $(READY) models ## everyday requests and the plans that they want; goes on where it was; MODEL= CASES= ROUTE=
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/eval-plans"); \
	[[ -z "$$MODEL" ]] || arguments+=(--model "$$MODEL"); \
	[[ -z "$$ROUTE" ]] || arguments+=(--route "$$ROUTE"); \
	[[ -z "$$CASES" ]] || arguments+=("$$CASES"); \
	exec $(PY) -m tests.plans "$${arguments[@]}"

.PHONY: eval-week
eval-week: $(READY) models ## a week of requests as one dialogue with the real units; CASES=
	@arguments=(--models "$(MODELS)" --output "$(BUILD)/eval-week"); \
	[[ -z "$$CASES" ]] || arguments+=("$$CASES"); \
	exec $(PY) -m tests.week "$${arguments[@]}"

.PHONY: mail-matrix
mail-matrix: ## letters to a mail server on loopback, read back, under every Python found; COUNT=
	@$(PYTHON) -m tests.letters --matrix --count "$(COUNT)"

.PHONY: places
places: ## render the table of places anew, in an environment of its own
	@$(PYTHON) -m venv "$(BUILD)/places-venv"
	@"$(BUILD)/places-venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes \
		-r requirements/places.lock
	@"$(BUILD)/places-venv/bin/python" packaging/places.py

.PHONY: lock
lock: ## renew the locked requirements
	@$(PYTHON) -m venv "$(BUILD)/lock-venv"
	@"$(BUILD)/lock-venv/bin/python" -m pip install --quiet --disable-pip-version-check uv
	@packaging/setup/lock.sh "$(BUILD)/lock-venv/bin/uv"

.PHONY: clean
clean: ## remove results and caches of tools; keep the environment, models and image
	rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache "$(BUILD)/demo" "$(BUILD)/bench" "$(BUILD)/fuzz" \
		"$(BUILD)/mutation" "$(BUILD)/lock-venv"
	find jarvisd tests demo bench -name __pycache__ -prune -exec rm -rf {} + 2>/dev/null || true

.PHONY: distclean
distclean: clean ## remove everything that was made
	packaging/sandbox/build.sh --remove "$(abspath $(JARVISD_CACHE))/sandbox"
	rm -rf "$(JARVISD_CACHE)" "$(BUILD)" jarvisd.egg-info
