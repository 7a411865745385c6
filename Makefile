.DEFAULT_GOAL := help
SERVICES := scheduler session bots artifacts gateway
PROTOS = $(shell find protos/convene -name '*.proto' | sort)
RUN := .venv/bin

.PHONY: help lock setup models proto

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

lock: ## Resolve again and write the hashed locks
	uv lock -q && uv export -q --all-packages --all-groups --no-emit-workspace --no-header -o requirements.lock
	for s in $(SERVICES); do uv export -q --package convene-$$s --no-dev --no-emit-workspace --no-header \
	  -o services/$$s/requirements.lock; done
	uv export -q --only-group image --no-emit-workspace --no-header -o deploy/build.lock

setup: ## Everything a fresh machine needs
	@scripts/setup

models: ## Fetch and check the speech model (131 MB, once)
	@$(RUN)/python scripts/fetch_models.py

proto: setup ## Regenerate protos/gen
	rm -rf protos/gen && mkdir protos/gen
	cd protos && ../$(RUN)/python -m grpc_tools.protoc -I . --python_out=gen --pyi_out=gen $(PROTOS:protos/%=%)
	cd protos && PATH=$(CURDIR)/.venv/bin:$$PATH python -m grpc_tools.protoc -I . --grpc_python_out=gen \
	  --mypy_grpc_out=quiet,only_async:gen $(shell cd protos && grep -rl '^service ' convene)
