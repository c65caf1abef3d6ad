"""The tests; each file mirrors a module, or guards a law of its own."""
