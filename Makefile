# `make demo` and `make test` are all a newcomer needs; every target does its own set-up first.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready

.PHONY: setup demo test fuzz fuzz-coverage test-all-pythons campaign odd-answers mutants check format wire lock foreign-clients protocol sbom libraries pictures wheel clean

setup: $(STAMP)

$(STAMP): requirements/locked.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "StarFoundry needs Python 3.11 or newer; set PYTHON=/path/to/python3.11"; exit 1; }
	@echo "setting up $(VENV) (about a minute, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/locked.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP)

demo: $(STAMP)
	@$(BIN)/spacetraders demo $(ARGS)

test: $(STAMP)
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

# Every test on each supported Python that is here, by pyenv or on the path, each in an environment of its own.
test-all-pythons:
	@for minor in 11 12 13; do \
		python=$$(ls -d $$HOME/.pyenv/versions/3.$$minor.*/bin/python 2>/dev/null | tail -1); \
		python=$${python:-$$(command -v python3.$$minor)}; \
		"$$python" -c '' 2>/dev/null || { echo "Python 3.$$minor is not here"; continue; }; \
		echo "Python 3.$$minor: $$python"; \
		$(MAKE) --no-print-directory test VENV=build/python/3.$$minor PYTHON=$$python || failed="$$failed 3.$$minor"; \
	done; test -z "$$failed" || { echo "failed on:$$failed"; exit 1; }

# The long drills, about two hours on two cores; `make campaign ARGS="--seeds 1-100"` plays only storms, those seeds.
campaign: $(STAMP)
ifdef ARGS
	@$(BIN)/python -m starfoundry.drill $(ARGS)
else
	@$(BIN)/python benchmarks/resume.py
	@$(BIN)/python -m starfoundry.drill --seeds 1-1000
	@CAMPAIGN=1 $(BIN)/python -m pytest -n 2 tests/drill
endif

# The whole daemon against a thousand servers, each odd in one way, or as many as `make odd-answers DRAWS=150` says; a part
# of the campaign by itself.
DRAWS ?= 1000
odd-answers: $(STAMP)
	@CAMPAIGN=1 DRAWS=$(DRAWS) $(BIN)/python -m pytest tests/drill/test_odd_answers.py $(ARGS)

# Small changes to decisions, one at a time, each of which a fast test of its room should notice; those that none notices
# are named. About 1,500 are known; `make mutants SAMPLE=40 SEED=2` tries forty others.
SAMPLE ?= 150
SEED ?= 1
mutants: $(STAMP)
	@$(BIN)/python -m tests.house.mutants --sample $(SAMPLE) --seed $(SEED)

# A million inputs for everything that reads what comes from outside; `make test` has some thousands of them.
# `make fuzz FUZZ_SEED=2` gives others.
fuzz: $(STAMP)
	@FUZZ_INPUTS=$${FUZZ_INPUTS:-1000000} FUZZ_SEED=$${FUZZ_SEED:-1} $(BIN)/python -m pytest -n auto tests/fuzz $(ARGS)

# The same readers by atheris, which looks for inputs that reach new code; its environment is of its own (tests/fuzz/guided.py).
FUZZ_SECONDS ?= 60
fuzz-coverage:
	@test -x build/fuzz/venv/bin/python || { $(PYTHON) -m venv build/fuzz/venv && build/fuzz/venv/bin/python -m pip install --quiet \
		--disable-pip-version-check --require-hashes --only-binary :all: -r requirements/locked.txt -r requirements/fuzz.txt; }
	@PYTHONPATH=src:. build/fuzz/venv/bin/python -m tests.fuzz.guided $(FUZZ_SECONDS) $(ARGS)

check: $(STAMP)
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: $(STAMP)
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

# Regenerates the checked-in protobuf code from proto/daemon.proto.
wire: $(STAMP)
	@PATH="$(BIN):$$PATH" $(BIN)/python -m grpc_tools.protoc -Iproto --python_out=src/starfoundry/wire --grpc_python_out=src/starfoundry/wire \
		--mypy_out=src/starfoundry/wire --mypy_grpc_out=src/starfoundry/wire proto/daemon.proto
	@sed -i 's/^import daemon_pb2 as/from starfoundry.wire import daemon_pb2 as/; s/^import daemon_pb2$$/from starfoundry.wire import daemon_pb2/' \
		src/starfoundry/wire/daemon_pb2_grpc.py src/starfoundry/wire/daemon_pb2_grpc.pyi

# Pins every dependency with its hashes, for all supported Python versions and platforms; and apart what the program runs with.
PIN := -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate pyproject.toml
lock:
	@$(PYTHON) -m pip install --quiet uv
	@$(PYTHON) $(PIN) --group dev -o requirements/locked.txt
	@$(PYTHON) $(PIN) -c requirements/locked.txt -o requirements/runtime.txt

# The list of what the program runs with, from the locked requirements; it goes into the wheel.
sbom: $(STAMP)
	@$(BIN)/python -m tests.house.sbom

# The page's JavaScript libraries, as requirements/browser.json names them; they lie in the repository.
libraries: $(STAMP)
	@$(BIN)/python -m tests.house.libraries

# The pictures of the page's views, from a sandbox in Chromium, in docs/pictures.
pictures: $(STAMP)
	@$(BIN)/python -m tests.dashboard.picture

# The wheel, the same from the same source, in build/wheel.
wheel: $(STAMP)
	@$(BIN)/hatchling build -t wheel -d build/wheel

# Published clients, each in an environment of its own, play the opening in the sandbox (docs/sandbox.md).
foreign-clients: $(STAMP)
	@for list in requirements/foreign/*.txt; do name=$$(basename $$list .txt); test -x build/foreign/$$name/bin/python || { \
		$(PYTHON) -m venv build/foreign/$$name && build/foreign/$$name/bin/python -m pip install --quiet \
		--disable-pip-version-check --require-hashes -r $$list; } || exit 1; done
	@$(BIN)/python -m pytest tests/sandbox/foreign $(ARGS)

# schemathesis over the game's description, where that lies beside the checkout.
protocol: $(STAMP)
	@test -x build/protocol/bin/schemathesis || { $(PYTHON) -m venv build/protocol && build/protocol/bin/python -m pip install --quiet \
		--disable-pip-version-check --require-hashes -r requirements/protocol.txt; }
	@$(BIN)/python -m tests.sandbox.protocol build/protocol/bin/schemathesis $(ARGS)

clean:
	@rm -rf $(VENV) .mypy_cache .ruff_cache
