# Needs Python 3.11 or newer, git and make; everything else is made here.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
export DATA_DIR ?= data

.DEFAULT_GOAL := help
.PHONY: help run test quick slow coverage check lint bench record map translations lock

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.run ## Set up what is missing and run the site on http://127.0.0.1:8000
	@$(BIN)/flask --app wsgi setup
	@$(BIN)/flask --app wsgi outbox run --with-parent $$$$ & exec $(BIN)/gunicorn --config gunicorn.conf.py

test: .venv/.test ## Run every test, on SQLite and PostgreSQL, and in a browser
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.html_checker
	@$(BIN)/python -m tests $(ARGS)

quick: .venv/.test ## Run the tests that need neither a browser nor PostgreSQL
	@$(BIN)/python -m tests quick $(ARGS)

slow: .venv/.test ## Run the tests that are long by nature
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests slow $(ARGS)

coverage: .venv/.test ## Run every test, and name the lines and branches of blog/ that none reaches
	@rm -f .coverage
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests --cov=blog --cov-branch --cov-append --cov-report=term-missing:skip-covered $(ARGS)

check: lint test ## Check style and types, then run every test

lint: .venv/.test ## Check style and types alone
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/python -m tests.script_checker

bench: .venv/.test ## Measure the desk with few comments and with many, on both databases
	@$(BIN)/python -m tests.bench $(ARGS)

record: .venv/.test ## Clear 300 comments by keyboard in a browser, and print how long it took
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.recording $(ARGS)

map: .venv/.run ## Draw the map of blog/ again, docs/pictures/map.svg
	@$(BIN)/python -m tools.map

translations: .venv/.test ## Collect every sentence of the site for translators, messages.pot
	@$(BIN)/python -m tests.translations
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keywords lazy_gettext --no-wrap \
		--sort-by-file --project "Second Lead" --output messages.pot .
	@echo "messages.pot has every sentence."

lock: .venv/.test ## Pin what pyproject.toml allows, with hashes, for Python 3.11 to 3.14
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the site's dependencies …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.test: requirements-dev.txt .venv/.run
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
