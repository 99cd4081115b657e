"""The lines of tests/bench/compare, one module for each thing that is compared; each has LINES and measures what it is asked for."""
