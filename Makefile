PYTHON ?= python3

.PHONY: help run up down test bench lint i18n screenshots lock

help:
	@echo "make run    start everything, show a stock change and a sale go through, stay until Ctrl-C"
	@echo "make up     start PostgreSQL, Odoo with the add-on, and the storefront"
	@echo "make down   stop them"
	@echo "make test   run every kind of test"
	@echo "make bench  measure the add-on beside its peers"
	@echo "make lint   check the sources"
	@echo "make lock   write the hashes of pinned packages, and which package of Odoo there is"
	@echo "make i18n   write the add-ons' i18n/*.pot, which make lint compares"
	@echo "make screenshots  make a picture of each screen, for the documentation"

run up down lint i18n lock:
	@$(PYTHON) -m devtools $@

# make test ONLY="contract addon" runs only these kinds; make bench ONLY="receipt queue_job",
# make bench ONLY=--record and make screenshots ONLY="orders event" likewise
test bench screenshots:
	@$(PYTHON) -m devtools $@ $(ONLY)
