"""Channels of messages, from any framework or none, become an AsyncAPI 3 document.

channel          what a document is made of
document_file    the document, built when it is asked for
document         how it is built: with schemas, servers and security in AsyncAPI's words
"""

from pleiad_openapi.asyncapi.channel import Channel, Message
from pleiad_openapi.asyncapi.document_file import AsyncDocument

__all__ = ["AsyncDocument", "Channel", "Message"]
