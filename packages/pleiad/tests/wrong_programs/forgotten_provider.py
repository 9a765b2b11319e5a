from pleiad import Pleiad, get


class User: ...


async def current_user() -> dict[str, str]:
    return {}


@get("/profile")
async def profile(current_usr: User) -> dict[str, str]:
    return {}


Pleiad([profile], dependencies={"current_user": current_user})
