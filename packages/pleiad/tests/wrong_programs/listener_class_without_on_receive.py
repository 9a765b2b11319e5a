from pleiad import Pleiad
from pleiad.handlers import WebsocketListener


class Echo(WebsocketListener):
    path = "/echo"


Pleiad([Echo])
