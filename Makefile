# Needs Python 3.11 or newer, git and make; everything else is installed from here.
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/pip install --quiet --disable-pip-version-check --require-hashes
export DATA_DIR ?= data

.DEFAULT_GOAL := help
.PHONY: help run test quick slow coverage check lint bench chaos record pictures map translations lock

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/.run ## Install, set up the database and run the site on http://127.0.0.1:8000
	@$(BIN)/python serve.py --config gunicorn.conf.py

test: .venv/.test ## Run all tests, on SQLite and PostgreSQL, and in a browser, except the slow ones
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.html_checker
	@$(BIN)/python -m tests $(ARGS)

quick: .venv/.test ## Run the tests that need neither a browser nor PostgreSQL
	@$(BIN)/python -m tests quick $(ARGS)

slow: .venv/.test ## Run the slow tests
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests slow $(ARGS)

coverage: .venv/.test ## Run all tests as `make test` does, and list untested lines and branches of blog/
	@rm -f .coverage
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests --cov=blog --cov-branch --cov-append --cov-report=term-missing:skip-covered $(ARGS)

check: lint test ## Check style and types, then run all tests as `make test` does

lint: .venv/.test ## Check style and types only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/djlint templates --lint --quiet
	@$(BIN)/mypy
	@$(BIN)/python -m tests.script_checker

bench: .venv/.test ## Measure the pages with few and with many comments, and judge them on a phone
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.bench $(ARGS)

chaos: .venv/.test ## Hurt the site while people use it, and count what was lost; ARGS=--help lists the troubles
	@$(BIN)/python -m tests.chaos $(ARGS)

record: .venv/.test ## Moderate 300 comments in a browser and print the time; ARGS=life, write: other walks
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.recording $(ARGS)

pictures: .venv/.test ## Take a picture of every kind of page, on a phone and a desktop, into pictures/
	@$(BIN)/python -m tests.browser.chromium
	@$(BIN)/python -m tests.browser.pictures $(ARGS)

map: .venv/.run ## Draw docs/pictures/map.svg, the map of blog/, again
	@$(BIN)/python -m tools.map

translations: .venv/.test ## Collect all sentences of the site for translators into messages.pot
	@$(BIN)/python -m tests.translations
	@$(BIN)/pybabel --quiet extract --mapping pyproject.toml --keywords lazy_gettext --no-wrap \
		--sort-by-file --project "Second Lead" --output messages.pot .
	@echo "Wrote messages.pot."

lock: .venv/.test ## Pin the newest dependencies that pyproject.toml allows, with hashes
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra sentry -c requirements.txt pyproject.toml -o requirements-sentry.txt
	@$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command "make lock" --extra dev --extra sentry -c requirements.txt pyproject.toml \
		-o requirements-dev.txt

.venv/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON.")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing the site's dependencies …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/.test: requirements-dev.txt .venv/.run
	@echo "Installing the tests' dependencies …"
	@$(PIP) -r requirements-dev.txt
	@touch $@
