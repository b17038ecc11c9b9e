# The one entry to everything. `make` lists what there is.
PORT ?= 8000
HOST ?= 127.0.0.1
ARGS ?=
PYTHON := .venv/bin/python
PIP_INSTALL := $(PYTHON) -m pip install --disable-pip-version-check -qq --no-deps --require-hashes

.DEFAULT_GOAL := help
.PHONY: help run install test browser bench conformance lint format lock docs

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 18

run: .venv/run.stamp  ## prepare and run everything: make run PORT=8000
	@exec $(PYTHON) manage.py up --host $(HOST) --port $(PORT) $(ARGS)

install: .venv/dev.stamp  ## install what developers need

test: .venv/dev.stamp  ## run the tests on SQLite, or on the database of DATABASE_URL
	$(PYTHON) -m pytest -n 2 $(ARGS)

browser: .venv/dev.stamp  ## drive the admin in Chromium, screenshots go to tests/browser/screenshots/
	$(PYTHON) -m pytest -m browser tests/browser $(ARGS)

bench: .venv/dev.stamp  ## measure requests and event delivery
	$(PYTHON) -m tests.benchmarks $(ARGS)

conformance: .venv/dev.stamp  ## measure what the official documents demand (TMF_SPECS names their folder), write the report
	$(PYTHON) -m tests.conformance

lint: .venv/dev.stamp  ## check style, types, layers and migrations
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) manage.py makemigrations --check --dry-run

format: .venv/dev.stamp  ## put the code into shape
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

docs: .venv/run.stamp  ## write the documents that are made from the code
	$(PYTHON) manage.py settings_table --write

lock: .venv/run.stamp  ## pin the packages of pyproject.toml with their hashes
	$(PYTHON) -m pip install --quiet uv
	$(LOCK) --output-file requirements/run.txt pyproject.toml
	$(LOCK) --output-file requirements/dev.txt --constraint requirements/run.txt --group dev pyproject.toml

LOCK := $(PYTHON) -m uv pip compile --quiet --upgrade --universal --python-version 3.12 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url --no-emit-find-links

.venv/run.stamp: requirements/run.txt | $(PYTHON)
	@echo "Installing packages …"
	@$(PIP_INSTALL) --requirement $<
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "Installing packages for developers …"
	@$(PIP_INSTALL) --requirement $<
	@touch $@

$(PYTHON):
	@for python in python3.13 python3.12 python3.14 python3 $$(uv python find '>=3.12' 2>/dev/null) \
		"$$HOME"/.pyenv/versions/3.1[2-9]*/bin/python /opt/homebrew/bin/python3 /usr/local/bin/python3; do \
		if "$$python" -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; then \
			exec "$$python" -m venv .venv; \
		fi; \
	done; \
	echo "Python 3.12 or newer, with its venv module, was not found. Install it, e.g. with"; \
	echo "  apt install python3.12-venv    or    uv python install 3.13    or    pyenv install 3.13"; \
	exit 1
