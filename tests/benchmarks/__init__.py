"""Benchmarks: plain scripts, never part of the test run. ``python -m tests.benchmarks`` runs them all."""
