# Two commands do everything: `make run` and `make test`. HOST=, PORT=, DATABASE_URL= and the rest: docs/drift.md.
.PHONY: run install test test-postgres check sbom bench images clean
.DELETE_ON_ERROR:
export HOST PORT PYTHON CHROMIUM

BIN := .venv/bin
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

run: .venv/run $(MESSAGES)
	@exec $(BIN)/python manage.py serve

# What bin/molndal needs, for an installation by systemd (docs/drift.md).
install: .venv/run $(MESSAGES)

# All of it on two processes or as many as there are cores. ARGS="--reuse-db tests/pages" tries a part faster.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --durations=20

test: .venv/dev $(MESSAGES)
	@$(PYTEST) $(ARGS)

test-postgres: export DATABASE_URL := $(or $(DATABASE_URL),postgres:///postgres)
test-postgres: .venv/dev $(MESSAGES)
	@port=$$(tools/postgres) && PGPORT=$$port $(PYTEST) $(ARGS)

check: .venv/dev $(MESSAGES)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/secrets
	$(BIN)/python tools/markup
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	@ENVIRONMENT=production SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") \
	ALLOWED_HOSTS=example.org SITE_URL=https://example.org TRUSTED_PROXY_COUNT=1 \
	DATABASE_URL=sqlite:////tmp/check.sqlite3 $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/dev $(MESSAGES)
	@$(BIN)/python tools/bench $(ARGS)
	@$(BIN)/python tools/bench-made
	@$(BIN)/python tools/bench-second-page

sbom: .venv/run
	@$(BIN)/python tools/sbom

images: .venv/run
	$(BIN)/python tools/icons

clean:
	rm -rf .venv .hypothesis .pytest_cache .mypy_cache .ruff_cache
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "The site's data is still in var/; remove it by hand if you mean to."

.venv/run: requirements.txt
	@tools/venv
	@echo "Installing what the site needs (a minute the first time) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po .venv/run
	@$(BIN)/pybabel -q compile -i $< -o $@
