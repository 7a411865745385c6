.DEFAULT_GOAL := help
SERVICES := scheduler session bots artifacts gateway
PROTOS = $(shell find protos/convene -name '*.proto' | sort)
RUN := .venv/bin
DATA := .convene

.PHONY: help setup setup-tests models lock proto openapi page check test up demo chaos bench release

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: ## Everything a fresh machine needs
	@scripts/setup

setup-tests: ## And what only tests and checks need: chromium, nftables, iproute2, faketime, nodejs, npm
	@scripts/setup --tests

models: ## Fetch and check the models of speech and of meaning (235 MB, once)
	@$(RUN)/python scripts/fetch_models.py

lock: ## Resolve again and write the hashed locks
	uv lock -q && uv export -q --all-packages --all-groups --no-emit-workspace --no-header -o requirements.lock
	for s in $(SERVICES); do uv export -q --package convene-$$s --no-dev --no-emit-workspace --no-header \
	  -o services/$$s/requirements.lock; done
	uv export -q --only-group image --no-emit-workspace --no-header -o deploy/build.lock

proto: setup ## Regenerate protos/gen and the API document
	rm -rf protos/gen && mkdir protos/gen
	cd protos && ../$(RUN)/python -m grpc_tools.protoc -I . --python_out=gen --pyi_out=gen $(PROTOS:protos/%=%)
	cd protos && PATH=$(CURDIR)/$(RUN):$$PATH python -m grpc_tools.protoc -I . --grpc_python_out=gen \
	  --mypy_grpc_out=quiet,only_async:gen $(shell cd protos && grep -rl '^service ' convene | sort)
	$(RUN)/python -m scripts.openapi

page: ## Build the join page into the gateway's edge
	cd console/join && npm ci && npm run format && npm run check && npm run build

check: setup-tests ## Format, lint, types, imports, contracts, drift
	@scripts/check

test: setup-tests ## Unit, component, contract and system tests, and a short chaos run
	@scripts/test

up: setup ## Run the suite until stopped
	$(RUN)/convene up --data $(DATA)

demo: setup ## Run the whole suite and play a real meeting through it
	$(RUN)/convene demo --data $(DATA)

chaos: setup-tests ## Kill, stop and cut for three times five minutes, lose a media node; writes benchmarks/results/chaos*.json
	$(RUN)/python -m tests.chaos.run --seconds 300
	scripts/media-net $(RUN)/pytest -q tests/long

bench: setup-tests ## Measure what we claim; writes benchmarks/results
	@scripts/bench

release: check ## Renew the contracts that later changes are compared with
	$(RUN)/buf build -o protos/released.binpb
