"""Random tokens for whoever may come in, and what the database keeps of them."""

import hashlib
import secrets


def new_token() -> str:
    """A token of 256 random bits that fits into an address."""
    return secrets.token_urlsafe(32)


def fingerprint(text: str) -> str:
    """What is kept of a text that nobody may read in the database."""
    return hashlib.sha256(text.encode()).hexdigest()
