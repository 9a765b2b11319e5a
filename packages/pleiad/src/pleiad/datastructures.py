"""The values that requests and responses are made of."""

from pleiad_http import (
    URL,
    Accept,
    Address,
    Cookie,
    FormMultiDict,
    Headers,
    ImmutableMultiDict,
    ImmutableState,
    Limits,
    MultiDict,
    MutableHeaders,
    ResponseHeader,
    SecretBytes,
    SecretString,
    State,
    UploadFile,
)

__all__ = [
    "URL",
    "Accept",
    "Address",
    "Cookie",
    "FormMultiDict",
    "Headers",
    "ImmutableMultiDict",
    "ImmutableState",
    "Limits",
    "MultiDict",
    "MutableHeaders",
    "ResponseHeader",
    "SecretBytes",
    "SecretString",
    "State",
    "UploadFile",
]
