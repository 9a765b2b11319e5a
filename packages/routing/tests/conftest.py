from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("patient")
