"""Programs of others that read what this package writes; each client runs in an environment of its own."""
