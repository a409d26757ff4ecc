"""Attachments in GridFS as something to move from, and to move to."""

from shared.adapters.gridfs_attachments import BUCKET, GridfsAttachments
from shared.adapters.mongo_moving import COUNT_PATIENCE
from shared.adapters.mongo_place import patience, translated


class GridfsMoving(GridfsAttachments):
    """See shared.ports.moving.FilesSource and FilesTarget. Names come sorted, each once, however many files a broken replacement left."""

    async def count(self) -> int:
        each, all_of_them = {"$group": {"_id": "$filename"}}, {"$group": {"_id": None, "names": {"$sum": 1}}}
        with translated(self._server.place), patience(COUNT_PATIENCE):
            rows = await (await self._server.database[BUCKET].files.aggregate([each, all_of_them])).to_list()
        return int(rows[0]["names"]) if rows else 0

    async def names(self, after: str | None, limit: int) -> list[str]:
        where = {} if after is None else {"filename": {"$gt": after}}
        with translated(self._server.place):
            files = await self._server.database[BUCKET].files.find(where, {"filename": 1}).sort("filename").limit(limit).to_list()
        return list(dict.fromkeys(one["filename"] for one in files))
