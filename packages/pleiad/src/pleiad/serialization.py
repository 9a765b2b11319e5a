"""Encoding and decoding by hand."""

from pleiad_http import decode_json, decode_msgpack, encode_json, encode_msgpack

__all__ = ["decode_json", "decode_msgpack", "encode_json", "encode_msgpack"]
