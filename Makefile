# make demo    see it work          make test    run the tests
# make fuzz    the tests of curator's desk, exports and schemas with many more generated cases
# make lint    ruff, mypy           make check   schemas, pages, release and records are in order
# make docs    write the generated pages         make wheel   build the wheel and try it in an environment of its own
# make lock    renew requirements.lock           make clients  other programs read the dataset, and refuse broken twins
# make bench   millions of records beside peers, into benchmarks/RESULTS.md; SIZE=1e5 only prints, BENCH="--growth" is more

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SHARED ?= ../shared
SIZE ?= 1e6

.PHONY: demo test fuzz lint check docs wheel clients bench lock clean

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=...")'
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/installed
	$(BIN)/news-dataset validate
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && \
	$(BIN)/news-dataset build --output "$$out/release" && \
	$(BIN)/python examples/who_said_what.py "$$out/release"

test: .venv/installed
	$(BIN)/python -m pytest -q -n auto

fuzz: .venv/installed
	FUZZ_EXAMPLES=20000 $(BIN)/python -m pytest -q -n auto tests/test_one_verdict.py
	FUZZ_EXAMPLES=5000 $(BIN)/python -m pytest -q -n auto tests/test_canonical.py tests/test_curate.py tests/test_restoration.py \
		tests/test_export_values.py

lint: .venv/installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

check: .venv/installed
	$(BIN)/news-dataset schema --check
	$(BIN)/news-dataset schema --diff frozen current
	$(BIN)/python docs/generate.py --check
	$(BIN)/news-dataset build --check
	$(BIN)/news-dataset verify data/published
	$(BIN)/news-dataset build --check examples/second-article
	$(BIN)/news-dataset validate $(if $(wildcard $(SHARED)/source/article.txt),--text $(SHARED)/source/article.txt)

docs: .venv/installed
	$(BIN)/python docs/generate.py

wheel: .venv/installed
	rm -rf dist
	$(BIN)/python -m hatchling build
	@env=$$(mktemp -d) && trap 'rm -rf "$$env"' EXIT && set -e && \
	$(PYTHON) -m venv "$$env" && "$$env/bin/python" -m pip --disable-pip-version-check install --quiet dist/*.whl && \
	cd / && "$$env/bin/python" -c "import news_dataset as nd; print(nd.load('statements')); print(nd.who_said_what()); print(nd.timeline())" && \
	"$$env/bin/news-dataset" verify

clients: .venv/installed
	$(BIN)/python -m tests.clients.run $(CLIENTS)

bench: .venv/installed
	$(BIN)/python -m benchmarks.scale --size $(SIZE) $(BENCH)

lock: .venv/installed
	$(PIP) install --quiet pip-tools
	$(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --extra dev --no-emit-index-url \
		--no-emit-trusted-host --no-emit-find-links --no-emit-options --output-file requirements.lock pyproject.toml

clean:
	rm -rf .venv dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
