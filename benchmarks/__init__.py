"""The add-on beside its peers and floors, measured in one run: ``make bench``."""
