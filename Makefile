# DSR Console: `make help` lists what can be done here.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
APT := python3-venv libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-image0 \
       libxcb-keysyms1 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0 fonts-dejavu-core fonts-noto-cjk xvfb

# Compiled code is kept: the tests start the product several hundred times, and each start would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help deps setup demo run test check format lint contracts types bench accept gallery screenshots translations

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

deps: ## system packages (Debian, Ubuntu; needs root, says so otherwise)
	@packaging/deps.sh $(APT)

setup: $(STAMP) ## environment in .venv with the locked packages

$(STAMP): requirements.lock pyproject.toml | deps
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; name one with make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: setup ## the lab and the console on it: quiet, three servers fall silent, the ramp, your click
	$(BIN)/dsr-console run --demo

run: setup ## the console on your settings (or its connect screen)
	$(BIN)/dsr-console run

test: setup ## all tests: logic, virtual time, fault outcomes on real sockets
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -q -n 3 --dist loadgroup -m "not bench and not accept"

format: setup ## rewrite the code in the house's format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

contracts: setup
	$(BIN)/lint-imports

types: setup
	$(BIN)/basedpyright

check: lint contracts types test ## what CI runs: format, lint, import contracts, types, tests

bench: setup ## speed and memory, as CPU time or as a ratio in the same run
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench

accept: setup ## the long live runs; writes docs/measured/*.json
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.accept

gallery: setup ## every widget in every state, without a network
	$(BIN)/python -m widgets.gallery

screenshots: setup ## the README's pictures, from the real window on the real lab
	packaging/screenshots.sh

translations: setup ## collect the words and compile the translations
	packaging/translations.sh
