# Two commands: `make run` opens the dashboard, on an invented authority where there are no figures yet;
# `make test` runs every test. Each target is also a command, for where there is no make: see CONTRIBUTING.md.
PYTHON ?= python3
PORT ?= 8501
CSWANALYTICS := .venv/bin/python -m cswanalytics

.PHONY: install run test check bench sample screenshots docs lock clean

run: install
	$(CSWANALYTICS) serve --port $(PORT)

test: install
	$(CSWANALYTICS) test

check: install
	$(CSWANALYTICS) check-code

bench: install
	$(CSWANALYTICS) bench

sample: install
	$(CSWANALYTICS) sample data/sample

screenshots: install
	$(CSWANALYTICS) screenshots

docs: install
	$(CSWANALYTICS) docs

lock: install
	$(CSWANALYTICS) lock

install:
	@$(PYTHON) -m cswanalytics install

clean:
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache build dist cswanalytics.egg-info
