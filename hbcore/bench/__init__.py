"""Benchmarks: each measures its yardstick in the same run and prints the ratio; tests do not time."""
