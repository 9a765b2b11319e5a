from pleiad import Pleiad


class Plugin: ...


Pleiad([], plugins=[Plugin])
