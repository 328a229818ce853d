# The environment is rebuilt only when the pins or the package list change; the second run installs nothing.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.made-from

export UV_COMPILE_BYTECODE = 1
export DO_NOT_TRACK = 1
# Without kept bytecode every test process compiles the project and rewrites the assertions anew: 4 s each.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help setup parsed demo test check bench lint derive sample constraints clean

help:            ## what each target does
	@grep -hE '^[a-z]+: .*##|^[a-z]+:  *##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: $(STAMP)  ## make .venv from constraints.txt

$(STAMP): constraints.txt pyproject.toml
	@echo "Setting up $(VENV) (about a minute the first time)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
	  || { echo "Python 3.11 is needed: set PYTHON=/path/to/python3.11"; exit 1; }
	@rm -rf $(VENV) && $(PYTHON) -m venv $(VENV)
	@grep -A200 '^uv==' constraints.txt | awk 'NR>1 && /^[a-z]/ {exit} {print}' > $(VENV)/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(VENV)/uv.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r constraints.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -c 'from orchestration.dbt_build import keep_parsed; keep_parsed()'
	@touch $@

parsed: setup    ## parse the dbt project once for all homes, if its files have changed
	@$(BIN)/python -c 'from orchestration.dbt_build import keep_parsed; keep_parsed()'

demo: setup      ## load the sample extracts, link, measure, publish (into ./var)
	@$(BIN)/workforce run --landing data/sample/landing

test: parsed     ## every test, long files first; a third worker fills the waiting of two
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

check: parsed    ## quick tier, under a minute: lint and the tests that are not slow
	@$(BIN)/ruff check . && $(BIN)/ruff format --check -q .
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile

lint: setup      ## ruff
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

bench: setup     ## speed and memory against bare engines, as ratios (minutes)
	@$(BIN)/python -m benchmarks

derive: setup    ## rewrite everything committed that follows from the contracts
	@$(BIN)/python -m contracts.derive

sample: setup    ## rewrite data/sample from the synthetic Connecticut
	@$(BIN)/python -m synth.sample

constraints: setup ## resolve constraints.txt anew from pyproject.toml
	@$(BIN)/uv pip compile pyproject.toml --all-extras --generate-hashes --no-header --no-annotate --no-emit-index-url \
	  --python-version 3.11 --quiet -o constraints.txt

clean:           ## remove the environment and ./var
	@rm -rf $(VENV) var
