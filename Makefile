# Two commands do everything: `make run` and `make test`. HOST=, PORT=, DATABASE_URL= and the rest: docs/drift.md.
.PHONY: run dev test test-postgres check sbom bench demo messages images clean help
.DELETE_ON_ERROR:

BIN := .venv/bin
MESSAGES := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

run: .venv/run $(MESSAGES) ## startar webbplatsen (PORT=8001 HOST=0.0.0.0 om du vill)
	@exec $(BIN)/python manage.py serve

dev: export DEBUG := 1
dev: export DJANGO_SETTINGS_MODULE := molndal_intl.dev
dev: .venv/dev $(MESSAGES) ## startar för utveckling: laddar om ändrad kod och visar felsökningspanelen
	@$(BIN)/python manage.py serve --prepare
	@$(BIN)/python manage.py runserver $(or $(HOST),127.0.0.1):$(or $(PORT),8000)

# All of it on two processes or as many as there are cores. ARGS="--reuse-db tests/pages" tries a part faster.
PYTEST := $(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder --durations=20

test: .venv/dev $(MESSAGES) ## kör alla tester (ARGS="--reuse-db tests/pages" en del)
	@$(PYTEST) $(ARGS)

test-postgres: export DATABASE_URL := $(or $(DATABASE_URL),postgres:///postgres)
test-postgres: .venv/dev $(MESSAGES) ## kör testerna som rör databasen på PostgreSQL
	@port=$$(tools/postgres) && PGPORT=$$port $(PYTEST) $(ARGS)

check: .venv/dev $(MESSAGES) ## granskar kod, mallar, migreringar och inställningar
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/secrets
	$(BIN)/python tools/markup
	$(BIN)/python tools/messages
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/python manage.py makemigrations --check --dry-run
	@ENVIRONMENT=production SECRET_KEY=$$($(BIN)/python -c "import secrets; print(secrets.token_urlsafe(60))") \
	ALLOWED_HOSTS=example.org SITE_URL=https://example.org TRUSTED_PROXY_COUNT=1 \
	DATABASE_URL=sqlite:////tmp/check.sqlite3 $(BIN)/python manage.py check --deploy --fail-level WARNING

bench: .venv/dev $(MESSAGES) ## mäter hur snabb webbplatsen är
	@$(BIN)/python tools/bench $(ARGS)
	@$(BIN)/python tools/bench-made
	@$(BIN)/python tools/bench-second-page
	@$(BIN)/python tools/bench-reload
	@$(BIN)/python tools/bench-memory

sbom: .venv/run ## skriver en förteckning över alla paket (CycloneDX)
	@$(BIN)/python tools/sbom

OBJECTS := 100
ANSWERS := 1000
demo: .venv/dev $(MESSAGES) ## fyller en lokal webbplats med påhittat: make demo OBJECTS=500 ANSWERS=10000
	@$(BIN)/python tools/demo $(OBJECTS) $(ANSWERS)

# Needs gettext.
messages: .venv/run ## samlar nya texter i locale/, att översätta
	@$(BIN)/python manage.py makemessages $(patsubst locale/%,-l %,$(wildcard locale/*)) \
	--no-wrap --add-location=file -i .venv -i var -i tests

images: .venv/run ## ritar ikonerna igen, i stadens färger
	$(BIN)/python tools/icons

clean: ## tar bort det som installerats, men inga data
	rm -rf .venv .hypothesis .pytest_cache .mypy_cache .ruff_cache
	find locale -name '*.mo' -delete
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@echo "Webbplatsens data finns kvar i var/. Ta bort den för hand om du vill."

help: ## visar det här
	@sed -nE 's/^([a-z-]+):.* ## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

.venv/run: requirements.txt
	@tools/venv
	@echo "Installerar det som webbplatsen behöver (en minut första gången) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

.venv/dev: requirements-dev.txt .venv/run
	@echo "Installerar det som testerna behöver …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

%.mo: %.po .venv/run
	@$(BIN)/pybabel -q compile -i $< -o $@
