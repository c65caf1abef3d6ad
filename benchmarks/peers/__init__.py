"""Programs that validate the same files: each a function that reads a file and returns the rows that it finds at fault.

A function imports its library inside; ``one`` has imported it before, and timed that apart. It knows the rules from
``facts``, which are derived from the models, and imports nothing of news_dataset unless that is what is measured.
"""
