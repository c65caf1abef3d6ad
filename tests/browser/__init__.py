"""The explorer page in a browser: what it shows, and what it must never do."""
