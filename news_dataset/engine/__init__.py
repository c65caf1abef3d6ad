"""The engine: rows from any source become tables with positions, and the rule book runs over them."""
