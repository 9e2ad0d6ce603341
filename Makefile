# Needs python3 (3.11 or newer), python3-venv and make; nothing else, and no root. `make` alone lists the commands.
PYTHON ?= python3
PORT ?= 8000
PACK ?= packs/wujin
OUT ?= out

VENV := .venv
BIN := $(VENV)/bin
RUNTIME := $(VENV)/runtime.stamp
DEV := $(VENV)/dev.stamp
BROWSER := $(VENV)/browser/browser.json
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

export PORT

.DEFAULT_GOAL := help
.PHONY: help run issue test bench screenshots lint messages requirements clean

help:  ## list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

run: $(RUNTIME)  ## load the demonstration office, issue its bulletin to out/, serve http://127.0.0.1:8000 (PORT=)
	@$(BIN)/python -m govsvc.embedded run --pack $(PACK) --out $(OUT)

issue: $(RUNTIME)  ## the same without serving: ends with the status of the issue
	@$(BIN)/python -m govsvc.embedded issue --pack $(PACK) --out $(OUT)

test: $(DEV) $(BROWSER)  ## every test, on real PostgreSQL, Valkey, SMTP and Chromium; then again on SQLite where it matters
	@$(BIN)/python -m govsvc.catalogue compile
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest -n 2 --dist loadfile --database=sqlite -m both_databases

bench: $(DEV)  ## measure
	@$(BIN)/python -m govsvc.catalogue compile
	$(BIN)/python -m tests.bench

screenshots: $(DEV) $(BROWSER)  ## take the manual's pictures anew
	@$(BIN)/python -m govsvc.catalogue compile
	rm -f docs/manual/*.png
	GOVSVC_SCREENSHOTS=docs/manual $(BIN)/python -m pytest $$(grep -rl 'shoot(' tests/functional --include='test_*.py')
	$(BIN)/python -m tests.spec.manual.transition_page

lint: $(DEV)  ## the checks alone: ruff, mypy, import boundaries, migrations, catalogue
	@$(BIN)/python -m govsvc.catalogue compile
	$(BIN)/python -m pytest -n 2 --database=sqlite tests/checks

messages: $(DEV)  ## list the user-visible texts that no Chinese catalogue translates
	@$(BIN)/python -m govsvc.catalogue missing

requirements: $(DEV)  ## pin requirements/*.in again
	CUSTOM_COMPILE_COMMAND="make requirements  (pytest-django and the other test tools: requirements/dev.txt)" \
	  $(BIN)/pip-compile --quiet --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
	  --output-file requirements.txt requirements/runtime.in
	CUSTOM_COMPILE_COMMAND="make requirements" \
	  $(BIN)/pip-compile --quiet --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --output-file requirements/dev.txt requirements/dev.in

clean:  ## remove the environment, caches and compiled catalogues; keep var/ and out/ (what was entered and issued)
	rm -rf $(VENV) node_modules .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find locale -name '*.mo' -delete

# The path file makes the project importable for every tool of the environment, whatever directory it starts in.
$(RUNTIME): requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; set PYTHON=python3.x")'
	@echo "Preparing the environment in $(VENV) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) -r requirements.txt
	@echo "$(CURDIR)" > "$$($(BIN)/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/govsvc.pth"
	@touch $@

$(DEV): requirements/dev.txt $(RUNTIME)
	@echo "Preparing the test tools ..."
	@$(PIP) -r requirements/dev.txt
	@touch $@

$(BROWSER): package-lock.json tests/services/chromium.py $(DEV)
	@$(BIN)/python -m tests.services.chromium $(dir $@)
