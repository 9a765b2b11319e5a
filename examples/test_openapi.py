"""The shop is held to its document."""

# --8<-- [start:test]
from openapi import app

from pleiad.testing import assert_conforms


def test_the_shop_does_what_its_document_says():
    assert_conforms(app, document="/docs/openapi.json")


# --8<-- [end:test]
