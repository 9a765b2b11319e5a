"""What stands on a new shelf."""

AUTHORS = [
    {"id": 1, "name": "Ursula K. Le Guin"},
    {"id": 2, "name": "Stanisław Lem"},
    {"id": 3, "name": "Octavia E. Butler"},
]

BOOKS = [
    {"title": "The Left Hand of Darkness", "isbn": "9780000000019", "year": 1969, "author_id": 1},
    {"title": "The Dispossessed", "isbn": "9780000000026", "year": 1974, "author_id": 1},
    {"title": "The Lathe of Heaven", "isbn": "9780000000033", "year": 1971, "author_id": 1},
    {"title": "Solaris", "isbn": "9780000000040", "year": 1961, "author_id": 2},
    {"title": "The Cyberiad", "isbn": "9780000000057", "year": 1965, "author_id": 2},
    {"title": "Kindred", "isbn": "9780000000064", "year": 1979, "author_id": 3},
]
"""The numbers are made up, in the shape of an ISBN."""
