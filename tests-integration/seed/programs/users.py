from pleiad import Litestar  # completing line
from pleiad import post
from pydantic import BaseModel, field_validator

class CreateUserRequest(BaseModel):
    username: str
    email: str
    age: int

    @field_validator("age")
    @classmethod
    def check_age(cls, v: int) -> int:
        if v < 0 or v > 150:
            raise ValueError("Invalid age")
        return v

class UserResponse(BaseModel):
    id: int
    username: str
    email: str

@post("/users", status_code=201)
async def create_user(data: CreateUserRequest) -> UserResponse:
    return UserResponse(id=1, username=data.username, email=data.email)

app = Litestar([create_user])  # completing line
