# make demo    see it work          make test    run the tests
# make fuzz    a million inputs, by coverage, and many more generated cases of the property tests; two or three hours
# make trust   every promise of docs/trust.md, tried whole and printed as a table; hours. TRUST="nasty --share 0.1" is less
# make lint    ruff, mypy           make check   schemas, pages, release and records are in order
# make renew   write all that is derived: schemas, pages, outputs on pages, documents that should fail, releases
# make wheel   build the wheel and try it in an environment of its own
# make site    build the site into site/, and check its links
# make plots   draw the pictures of the plots   make notebook   run examples/analysis.ipynb, and keep its outputs
# make vendor  build the explorer page's program and styles          make test-browser  look at the page in Chromium
# make screenshots  pictures of the page for docs/img (best with fonts for all scripts: fonts-noto-cjk, -color-emoji)
# make lock    renew the two lists with hashes   make clients  other programs read the dataset, and refuse broken twins
# make oldest  the tests with the oldest version of each dependency that pyproject.toml allows; TESTS="tests/test_sql.py"
# make audit   whether a known vulnerability is in requirements.lock or action.lock; asks the index
# make bench-import  1,000 brat documents imported, validated and built, into benchmarks/RESULTS.md
# make bench-spark   a Spark cluster of one and of two workers beside DuckDB, into benchmarks/RESULTS.md
# make bench   beside commit f0e6d92 and peers, into benchmarks/RESULTS.md; SIZE=1e5 only prints, BENCH="--growth" is more

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SHARED ?= ../shared
SIZE ?= 1e6

APP := news_dataset/explorer/app
BROWSER := tests/browser
NPM := npm ci --ignore-scripts --no-audit --no-fund --loglevel error
COMPILE := $(BIN)/python -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --no-emit-options
CHROMIUM ?= $(shell command -v chromium || command -v google-chrome)

TESTS ?= tests
OLDEST := .clients/oldest
AUDIT := .clients/audit

.PHONY: demo test oldest audit fuzz trust lint check renew site plots notebook wheel clients bench bench-spark bench-import vendor test-browser screenshots lock clean

.venv/installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; make PYTHON=...")'
	@echo "installing into .venv: a minute or two"
	$(PYTHON) -m venv .venv
	$(PIP) install --quiet --require-hashes --requirement requirements.lock
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: .venv/installed
	@echo "1 of 3: every check on the records"
	$(BIN)/news-dataset validate
	@echo "2 of 3: a release of them in a temporary folder, and whether it is the one that is committed"
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && \
	$(BIN)/news-dataset build --output "$$out/release" && $(BIN)/news-dataset build --check
	@echo "3 of 3: what does not hold up (examples/share_contradicted.py)"
	@$(BIN)/python examples/share_contradicted.py
	@echo "next: $(BIN)/news-dataset claims                   # every claim with both verdicts"
	@echo "      $(BIN)/news-dataset explore -o page.html     # the same as a page for the browser"
	@echo "      $(BIN)/news-dataset --help                   # all commands"

test: .venv/installed
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder

# -W ignore, since old packages warn of each other
oldest:
	$(PYTHON) -m venv --clear $(OLDEST)
	$(PYTHON) .ci/oldest.py > $(OLDEST)/requirements.txt
	$(OLDEST)/bin/python -m pip --disable-pip-version-check install --quiet --requirement $(OLDEST)/requirements.txt
	$(OLDEST)/bin/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation --editable .
	$(OLDEST)/bin/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder -W ignore $(TESTS)

# --strict, since a package that the index does not tell about would count as sound
audit:
	$(PYTHON) -m venv --clear $(AUDIT)
	$(AUDIT)/bin/python -m pip --disable-pip-version-check install --quiet --require-hashes --requirement .ci/audit.lock
	$(AUDIT)/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip --requirement requirements.lock
	$(AUDIT)/bin/pip-audit --strict --progress-spinner off --require-hashes --disable-pip --requirement .ci/action.lock

.fuzz/installed: .venv/installed
	rm -rf .fuzz
	$(PIP) install --quiet --target .fuzz atheris==3.0.0
	@touch $@

fuzz: .venv/installed .fuzz/installed
	$(MAKE) trust TRUST=fuzz
	FUZZ_EXAMPLES=20000 $(BIN)/python -m pytest -q -n auto tests/test_one_verdict.py tests/test_canonical.py
	FUZZ_EXAMPLES=5000 $(BIN)/python -m pytest -q -n auto tests/test_curate.py tests/test_restoration.py \
		tests/test_export_values.py
	FUZZ_EXAMPLES=2000 $(BIN)/python -m pytest -q -n auto --dist load tests/test_import_soundness.py tests/test_export_brat.py \
		tests/test_export_doccano.py tests/test_export_web_annotation.py tests/test_round_trips.py tests/test_export_uima.py \
		tests/test_import_uima_refused.py tests/test_export_label_studio.py tests/test_import_label_studio.py
	SPARK_STATEMENTS=36000 $(BIN)/python -m pytest -q tests/test_spark.py
	VERDICTS=all $(BIN)/python -m pytest -q tests/test_verdicts.py
	FUZZ_LINES=1000000 FUZZ_ROWS=100000 FUZZ_ORDERS=500 HYPOTHESIS_PROFILE=full $(BIN)/python -m pytest -q -n auto tests/test_engine_*.py

trust: .venv/installed
	PYTHONPATH=.fuzz $(BIN)/python -m tests.trust $(TRUST)

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

# Pages after releases, which they show
renew: .venv/installed
	$(BIN)/news-dataset schema
	$(BIN)/python -m tests.examples.generate
	$(BIN)/python docs/generate.py
	$(BIN)/news-dataset build
	$(BIN)/news-dataset build examples/second-article
	REWRITE=1 $(BIN)/python -m pytest -q -n auto --dist loadfile $$(grep -lE "import .*assert_(current|shows|is_what)" tests/test_*.py)

site: .venv/installed
	NO_MKDOCS_2_WARNING=1 PYTHONPATH=. $(BIN)/python -m mkdocs build --quiet
	$(BIN)/python -m docs.site.check site

plots: .venv/installed
	$(BIN)/python docs/plots.py

notebook: .venv/installed
	$(BIN)/python -c "from subprocess import run; from tests.clients.run import environment; \
	run([*environment('notebook'), 'tests/clients/notebook/client.py', '--write'], check=True)"

wheel: .venv/installed
	rm -rf dist
	$(BIN)/python -m hatchling build
	@env=$$(mktemp -d) && trap 'rm -rf "$$env"' EXIT && set -e && \
	$(PYTHON) -m venv "$$env" && "$$env/bin/python" -m pip --disable-pip-version-check install --quiet dist/*.whl && \
	cd / && "$$env/bin/python" -c "import news_dataset as nd; print(nd.load('statements')); print(nd.who_said_what()); print(nd.timeline()); nd.Dataset().verify().raise_for_errors()" && \
	"$$env/bin/news-dataset" info

clients: .venv/installed
	$(BIN)/python -m tests.clients.run $(CLIENTS)

bench: .venv/installed
	$(BIN)/python -m benchmarks --size $(SIZE) $(BENCH)

bench-spark: .venv/installed
	$(BIN)/python -m benchmarks.cluster --write

bench-import: .venv/installed
	$(BIN)/python -m benchmarks.importing --write

%/node_modules/.package-lock.json: %/package-lock.json
	cd $* && $(NPM)
	@touch $@

vendor: $(APP)/node_modules/.package-lock.json
	cd $(APP) && npm run --silent build

# Style and types of the page's program; that what is committed is what make vendor gives; then the page in a browser. What
# is measured comes first, and alone.
test-browser: .venv/installed $(APP)/node_modules/.package-lock.json $(BROWSER)/node_modules/.package-lock.json
	cd $(APP) && npm run --silent check
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && set -e && \
	node $(APP)/build.js "$$out/vendor" && diff -r news_dataset/explorer/vendor "$$out/vendor" && \
	$(BIN)/python -m tests.browser.pages "$$out" && export PAGES="$$out" CHROMIUM="$(CHROMIUM)" && cd $(BROWSER) && \
	node --test --test-reporter=spec large.test.js && \
	node --test --test-reporter=spec --test-concurrency=2 files.test.js axes.test.js find.test.js copy.test.js use.test.js look.test.js safe.test.js

screenshots: .venv/installed $(BROWSER)/node_modules/.package-lock.json
	@out=$$(mktemp -d) && trap 'rm -rf "$$out"' EXIT && set -e && \
	$(BIN)/python -c "import news_dataset as nd; nd.explore('$$out/bundled.html')" && \
	$(BIN)/news-dataset explore examples/second-article --text examples/second-article/text.txt -o "$$out/second.html" && \
	PAGES="$$out" CHROMIUM="$(CHROMIUM)" node $(BROWSER)/screenshots.js docs/img

lock: .venv/installed
	$(PIP) install --quiet pip-tools
	$(COMPILE) --extra dev --output-file requirements.lock pyproject.toml
	$(COMPILE) --no-annotate --output-file .ci/action.lock .ci/action.in
	$(COMPILE) --no-annotate --output-file .ci/audit.lock .ci/audit.in

clean:
	rm -rf .venv dist build site .mypy_cache .ruff_cache .pytest_cache .hypothesis .fuzz
