from pleiad import Pleiad
from pleiad.channels import ChannelsPlugin
from pleiad.channels.backends.memory import MemoryChannelsBackend

Pleiad([], plugins=[ChannelsPlugin(MemoryChannelsBackend())])
