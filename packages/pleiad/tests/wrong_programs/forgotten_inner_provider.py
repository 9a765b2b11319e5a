from pleiad import Pleiad, get


class Session: ...


async def current_user(session: Session) -> dict[str, str]:
    return {}


@get("/profile")
async def profile(current_user: dict[str, str]) -> dict[str, str]:
    return current_user


Pleiad([profile], dependencies={"current_user": current_user})
