"""A small service on SQLAlchemy 2 and SQLite.

Run it with `uvicorn --app-dir examples bookshelf:app`; `BOOKSHELF_DATABASE` names its file.
"""

from bookshelf.app import app, create_app

__all__ = ["app", "create_app"]
