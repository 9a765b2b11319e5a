from pleiad import Pleiad

Pleiad([], gaurds=[])
