"""A FastAPI route that takes the same body as a submission and does nothing: what submissions are measured against."""

import sys

import uvicorn
from fastapi import FastAPI

from services.intake.model.submission import Submission

app = FastAPI()


@app.get("/readyz")
async def ready() -> dict[str, bool]:
    return {"ready": True}


@app.post("/api/v1/complaints", status_code=201)
async def take(submission: Submission) -> dict[str, str]:
    return {"number": "2603020000017", "query_code": "ABCDEFGH", "received_at": "2026-03-02T09:00:00+08:00", "progress_url": "/progress"}


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        log_level="warning",
        access_log=False,
        loop="uvloop",
        http="httptools",
        server_header=False,
        date_header=False,
    )
