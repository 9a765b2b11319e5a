"""Values made up for readers of a document: each is valid by the schema it was made of.

place       where a value stands, by which it is chosen
known       the keywords that are understood, and what two schemas ask for together
numbers, texts, patterns    values that are one thing
maker       values of whole schemas
"""

from pleiad_openapi.examples.maker import Examples

__all__ = ["Examples"]
