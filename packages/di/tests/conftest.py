import pytest
from hypothesis import settings

settings.register_profile("patient", deadline=None)  # no test depends on how fast a machine is
settings.load_profile("patient")


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)
