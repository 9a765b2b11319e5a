"""The vocabulary of HTTP on ASGI: requests, responses, codecs and the exceptions between them."""

from pleiad_http import status_codes
from pleiad_http.__about__ import __version__
from pleiad_http.attrs_classes import attrs_instance
from pleiad_http.background import BackgroundTask, BackgroundTasks
from pleiad_http.body import BODY, DISCONNECTED, content_length, read_body, stream_body
from pleiad_http.cache_control import CacheControlHeader
from pleiad_http.charsets import charset_of
from pleiad_http.conditional import conditioned, precondition
from pleiad_http.connection import ASGIConnection, Connection
from pleiad_http.content_disposition import content_disposition
from pleiad_http.cookies import Cookie, parse_cookies
from pleiad_http.decoding import (
    Decoder,
    TypeDecoders,
    decode_json,
    decode_msgpack,
    decoder_for,
)
from pleiad_http.disconnect import Watch, until_disconnect
from pleiad_http.encoding import (
    MSGPACK,
    TypeEncoders,
    encode_json,
    encode_msgpack,
    encoder_for,
    to_builtins,
)
from pleiad_http.enums import HttpMethod, MediaType, RequestEncodingType
from pleiad_http.etag import ETag
from pleiad_http.exceptions import (
    ClientDisconnected,
    ClientException,
    DecodeError,
    HTTPException,
    ImproperlyConfiguredException,
    InternalServerException,
    MethodNotAllowedException,
    MissingDependencyException,
    NoRouteMatchFoundException,
    NotAcceptableException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    PleiadException,
    ProblemDetailsException,
    RequestEntityTooLarge,
    SerializationException,
    ServiceUnavailableException,
    TemplateNotFoundException,
    TooManyRequestsException,
    UnsupportedMediaTypeException,
    ValidationException,
    WebSocketDisconnect,
    WebSocketException,
    error_body,
    phrase_of,
)
from pleiad_http.fields import Field, fields_of
from pleiad_http.file import File
from pleiad_http.file_system import (
    FILE_SYSTEMS,
    AnyFileSystem,
    BaseFileSystem,
    BaseLocalFileSystem,
    FileInfo,
    LinkableFileSystem,
)
from pleiad_http.folders import Directory
from pleiad_http.forms import FORM, opened_form, read_form, read_urlencoded
from pleiad_http.fsspec_file_systems import (
    FsspecAsyncWrapper,
    FsspecSyncWrapper,
    get_fsspec_mtime_equivalent,
    maybe_wrap_fsspec_file_system,
)
from pleiad_http.generics import bound_fields, generic_bases, has_type_parameters, substituted
from pleiad_http.headers import Headers, MutableHeaders, ResponseHeader, header_pair
from pleiad_http.invalid_values import InvalidValue, Problem
from pleiad_http.json_lines import JSONLines
from pleiad_http.kinds import Kind, field_types, kind_of
from pleiad_http.limits import Limits
from pleiad_http.media_types import (
    Accept,
    content_type_of,
    is_json,
    media_type_of,
    parameters_of,
)
from pleiad_http.multidict import FormMultiDict, ImmutableMultiDict, MultiDict, QueryParams
from pleiad_http.parts import Part, Parts, parts_of
from pleiad_http.problem_details import PROBLEM_JSON, ProblemDetails, pointer_to
from pleiad_http.pydantic_models import from_pydantic
from pleiad_http.query import parse_query, parse_urlencoded
from pleiad_http.redirect import Redirect
from pleiad_http.request import LIMITS, Request
from pleiad_http.response import Response, error_messages, error_response
from pleiad_http.secrets import SecretBytes, SecretString
from pleiad_http.shutting_down import SHUTTING_DOWN, ShuttingDown
from pleiad_http.sse import ServerSentEvent, last_event_id
from pleiad_http.sse_messages import ServerSentEventMessage
from pleiad_http.state import ImmutableState, State
from pleiad_http.static_files import StaticFiles
from pleiad_http.stream import Stream
from pleiad_http.time_limit import TimeLimitException, begun_within, finished
from pleiad_http.types import ASGIApp, Message, Method, RawHeaders, Receive, Scope, Send
from pleiad_http.uploads import UploadFile
from pleiad_http.url import URL, Address, host_of

__all__ = [
    "MSGPACK",
    "FILE_SYSTEMS",
    "AnyFileSystem",
    "BaseFileSystem",
    "BaseLocalFileSystem",
    "Directory",
    "FileInfo",
    "FsspecAsyncWrapper",
    "FsspecSyncWrapper",
    "LinkableFileSystem",
    "get_fsspec_mtime_equivalent",
    "maybe_wrap_fsspec_file_system",
    "ASGIApp",
    "ASGIConnection",
    "Accept",
    "Address",
    "BODY",
    "BackgroundTask",
    "BackgroundTasks",
    "CacheControlHeader",
    "ClientDisconnected",
    "ClientException",
    "Connection",
    "Cookie",
    "DISCONNECTED",
    "DecodeError",
    "Decoder",
    "ETag",
    "FORM",
    "Field",
    "File",
    "FormMultiDict",
    "HTTPException",
    "Headers",
    "HttpMethod",
    "ImmutableMultiDict",
    "ImmutableState",
    "ImproperlyConfiguredException",
    "InternalServerException",
    "InvalidValue",
    "JSONLines",
    "Kind",
    "LIMITS",
    "Limits",
    "MediaType",
    "Message",
    "Method",
    "MethodNotAllowedException",
    "MissingDependencyException",
    "MultiDict",
    "MutableHeaders",
    "NoRouteMatchFoundException",
    "NotAcceptableException",
    "NotAuthorizedException",
    "NotFoundException",
    "Part",
    "Parts",
    "PermissionDeniedException",
    "PleiadException",
    "PROBLEM_JSON",
    "Problem",
    "ProblemDetails",
    "ProblemDetailsException",
    "QueryParams",
    "RawHeaders",
    "Receive",
    "Redirect",
    "Request",
    "RequestEncodingType",
    "RequestEntityTooLarge",
    "Response",
    "ResponseHeader",
    "SHUTTING_DOWN",
    "Scope",
    "SecretBytes",
    "SecretString",
    "Send",
    "SerializationException",
    "ServerSentEvent",
    "ServerSentEventMessage",
    "ServiceUnavailableException",
    "ShuttingDown",
    "State",
    "StaticFiles",
    "Stream",
    "TemplateNotFoundException",
    "TimeLimitException",
    "TooManyRequestsException",
    "TypeDecoders",
    "TypeEncoders",
    "URL",
    "UnsupportedMediaTypeException",
    "UploadFile",
    "ValidationException",
    "Watch",
    "WebSocketDisconnect",
    "WebSocketException",
    "__version__",
    "attrs_instance",
    "bound_fields",
    "begun_within",
    "charset_of",
    "conditioned",
    "content_disposition",
    "content_length",
    "content_type_of",
    "decode_json",
    "decode_msgpack",
    "decoder_for",
    "encode_json",
    "encode_msgpack",
    "encoder_for",
    "error_body",
    "error_messages",
    "error_response",
    "field_types",
    "fields_of",
    "finished",
    "from_pydantic",
    "generic_bases",
    "has_type_parameters",
    "header_pair",
    "host_of",
    "is_json",
    "kind_of",
    "last_event_id",
    "media_type_of",
    "opened_form",
    "parameters_of",
    "parse_cookies",
    "parse_query",
    "parse_urlencoded",
    "parts_of",
    "phrase_of",
    "pointer_to",
    "precondition",
    "read_body",
    "read_form",
    "read_urlencoded",
    "status_codes",
    "stream_body",
    "substituted",
    "to_builtins",
    "until_disconnect",
]
