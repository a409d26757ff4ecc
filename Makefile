# Everything sets up what it needs first; the set-up does nothing when nothing has changed.
.PHONY: help run demo up-local storm test check bench docs models pictures setup lock
.DEFAULT_GOAL := help
ARGS ?=

help: ## say what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-9s %s\n", $$1, $$2 }' Makefile

run: setup ## start the system and print its addresses
	@.venv/bin/huiying run $(ARGS)

demo: setup ## play a day of the sample city and start the system on it
	@.venv/bin/python -m demo

up-local: setup ## start it as it runs on servers: a broker, a database, two processes of each service, a gateway in front
	@.venv/bin/python -m tests.topology $(ARGS)

test: setup ## run the tests, two at a time; ARGS="-k word" for some
	.venv/bin/pytest -n 2 --dist loadfile $(ARGS)

storm: setup ## 50 000 complaints over HTTP while processes, brokers and the way to the database die; some twenty minutes
	STORM=long .venv/bin/pytest -s tests/contracts/test_kafka_outages.py tests/scenarios/test_storm.py $(ARGS)

check: setup ## ruff, mypy --strict and the tests of the structure
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/pytest tests/structure

bench: setup ## run the benchmarks and print their table
	.venv/bin/python -m bench $(ARGS)

pictures: setup ## take the pictures of docs/pictures anew, on the sample city
	@.venv/bin/python -m tests.browser.pictures docs/pictures

models: setup ## train the models that ship anew, bit for bit the same
	.venv/bin/python -m tools.make_models

docs: setup ## draw the pages of docs/ that come from the code
	.venv/bin/python -m tools.generate_docs
	@.venv/bin/python -m tools.generate_config

setup: ## make .venv and fetch the browser libraries; PYTHON=/path/to/python3 to choose the Python
	@python=$$(PYTHON="$(PYTHON)" sh tools/interpreter.sh) && "$$python" tools/environment.py

lock: setup ## pin the dependencies anew; ARGS=--upgrade for the newest
	.venv/bin/uv pip compile pyproject.toml --group tests --group setup --universal --fork-strategy fewest --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --quiet --output-file requirements.lock $(ARGS)
	npm install --package-lock-only
