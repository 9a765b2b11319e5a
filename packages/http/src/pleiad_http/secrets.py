"""Values that neither a log nor a response shows."""

__all__ = ["SecretBytes", "SecretString"]

HIDDEN = "******"


class SecretString:
    """Text that shows as `******`; `get_secret` gives it. Comparing takes the same time always."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{HIDDEN}')"

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretString):
            return NotImplemented
        return _same(
            self._value.encode("utf-8", "surrogatepass"),
            other._value.encode("utf-8", "surrogatepass"),
        )

    def __hash__(self) -> int:
        return hash(self._value)

    def get_secret(self) -> str:
        """The text itself."""
        return self._value


class SecretBytes:
    """Bytes that show as `******`; `get_secret` gives them. Comparing takes the same time always."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def __str__(self) -> str:
        return HIDDEN

    def __repr__(self) -> str:
        return f"{type(self).__name__}('{HIDDEN}')"

    def __len__(self) -> int:
        return len(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, SecretBytes):
            return NotImplemented
        return _same(self._value, other._value)

    def __hash__(self) -> int:
        return hash(self._value)

    def get_secret(self) -> bytes:
        """The bytes themselves."""
        return self._value


def _same(one: bytes, other: bytes) -> bool:
    from hmac import compare_digest  # brings OpenSSL: 3 ms of import

    return compare_digest(one, other)
