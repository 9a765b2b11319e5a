"""What goes wrong with channels.

ChannelsException       the program's own fault: an unknown channel, or channels that do not run
└── PublishBacklogFull  more is published than the backend takes
ChannelGap              messages may have been lost; closes a WebSocket with 1013
"""

from pleiad_http import PleiadException, WebSocketException

__all__ = ["ChannelGap", "ChannelsException", "PublishBacklogFull"]


class ChannelsException(PleiadException):
    """The program asks of channels what they cannot do."""


class PublishBacklogFull(ChannelsException):
    """More was published than the backend takes: it is slow, or away."""


class ChannelGap(WebSocketException):
    """Messages of a channel may have been lost: who reads has to begin anew, with the history.

    Attributes:
        channel: The channel.
    """

    code = 1013

    def __init__(self, channel: str) -> None:
        super().__init__(detail="Messages may have been lost: connect again")
        self.channel = channel
