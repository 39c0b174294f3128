"""Measurements of the product, each set beside its target: `make bench` runs them and writes RESULTS.md."""
