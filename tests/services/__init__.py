"""Tests that need something from outside this checkout. They are marked `services` and run with `-m services`."""
