"""What the validator said of a corpus of faulty datasets, recorded once, so that another engine says the same."""
