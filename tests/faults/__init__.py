"""Servers, stores and processes that misbehave on purpose."""
