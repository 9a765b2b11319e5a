from pleiad_http.byteranges import byteranges
from pleiad_http.ranges import ByteRange


def test_framing() -> None:
    """To the byte: RFC 2046, section 5.1.1, and RFC 9110, section 14.6."""
    first, second = ByteRange(5, 10), ByteRange(0, 1)
    made = byteranges([first, second], 100, b"text/plain")
    kind, _, boundary = made.content_type.partition(b"=")
    assert kind == b"multipart/byteranges; boundary"
    assert made.parts == (
        b"--%b\r\ncontent-type: text/plain\r\ncontent-range: bytes 5-9/100\r\n\r\n" % boundary,
        first,
        b"\r\n--%b\r\ncontent-type: text/plain\r\ncontent-range: bytes 0-0/100\r\n\r\n" % boundary,
        second,
        b"\r\n--%b--\r\n" % boundary,
    )


def test_nobody_can_know_the_boundary() -> None:
    ranges = [ByteRange(0, 1), ByteRange(5, 6)]
    made = {byteranges(ranges, 10, b"a/b").content_type for _ in range(100)}
    assert len(made) == 100
