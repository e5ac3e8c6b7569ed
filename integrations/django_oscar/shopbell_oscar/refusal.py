class Refusal(Exception):
    """The shop does not do what the desk asks; the text is the reason, for a person."""
