"""API keys: how one is made, told from a typing error, and remembered without being kept."""

import hashlib
import hmac
import secrets
import string
import zlib

ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
LIVE_PREFIX = "cnv_live_"
TEST_PREFIX = "cnv_test_"
# 32 letters of 62 are 190 random bits: nobody finds a key by trying.
SECRET_LENGTH = 32
# 62**6 is more than 2**32, so six letters hold a CRC32.
CHECKSUM_LENGTH = 6
KEY_LENGTH = len(LIVE_PREFIX) + SECRET_LENGTH + CHECKSUM_LENGTH


def make_key(test: bool) -> str:
    """A new random key, `cnv_live_…` or `cnv_test_…`."""
    secret = "".join(secrets.choice(ALPHABET) for _ in range(SECRET_LENGTH))
    start = (TEST_PREFIX if test else LIVE_PREFIX) + secret
    return start + _checksum(start)


def is_well_formed(key: str) -> bool:
    """Whether *key* has the shape and the checksum of a key; says nothing of whether it exists."""
    if (
        len(key) != KEY_LENGTH
        or not key.isascii()
        or not key.startswith((LIVE_PREFIX, TEST_PREFIX))
    ):
        return False
    return hmac.compare_digest(_checksum(key[:-CHECKSUM_LENGTH]), key[-CHECKSUM_LENGTH:])


def hash_key(key: str) -> str:
    """What is stored and looked up in place of *key*: SHA-256 in hex."""
    # A key is random over 190 bits, so a slow password hash would add cost and no safety.
    return hashlib.sha256(key.encode()).hexdigest()


def _checksum(text: str) -> str:
    rest, letters = zlib.crc32(text.encode()), []
    for _ in range(CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(ALPHABET))
        letters.append(ALPHABET[digit])
    return "".join(reversed(letters))
