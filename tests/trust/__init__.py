"""Harnesses behind the promises of ``docs/trust.md``: ``make trust`` runs them whole, pytest a slice of each."""
