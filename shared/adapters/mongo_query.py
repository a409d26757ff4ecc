"""How a list, a count and their conditions are said to a server of MongoDB's protocol."""

from collections.abc import Mapping
from typing import Any

from shared.adapters.declared import check_field
from shared.adapters.mongo_documents import scalar, unique_field, unique_text
from shared.ports import Between, Collection, Cursor, Equal, OneOf, Order, Where

Filter = dict[str, Any]
Sort = list[tuple[str, int]]


def find(collection: Collection, where: Where, order: Order, after: Cursor | None) -> tuple[Filter, Sort]:
    """The filter and the sort of a page, so that an index over the equal fields, the sorted one and `_id` hands it out in order."""
    check_field(collection, order.field)
    clauses = _clauses(collection, where)
    if not isinstance(where.get(order.field), Between | Equal):
        clauses.append({order.field: {"$ne": None}})
    elif where[order.field] == Equal(None):
        clauses.append({order.field: {"$in": []}})
    direction = -1 if order.descending else 1
    if after is not None:
        clauses += _behind(order, after)
    return _all(clauses), [(order.field, direction), ("_id", direction)]


def count(collection: Collection, where: Where, by: str | None) -> list[dict[str, Any]]:
    """A pipeline whose rows have a value as `_id` and its `number`."""
    if by is not None:
        check_field(collection, by)
    group = {"_id": None if by is None else f"${by}", "number": {"$sum": 1}}
    return [{"$match": _all(_clauses(collection, where))}, {"$group": group}]


def _behind(order: Order, after: Cursor) -> list[Filter]:
    """The first one bounds the index; the second only has to leave out rows of the very same value."""
    value, operator = scalar(after.value), "$lt" if order.descending else "$gt"
    return [{order.field: {operator + "e": value}}, {"$or": [{order.field: {operator: value}}, {"_id": {operator: after.key}}]}]


def _clauses(collection: Collection, where: Where) -> list[Filter]:
    for name in where:
        check_field(collection, name)
    clauses, covered = _by_unique(collection, where)
    return clauses + [{name: _condition(test)} for name, test in where.items() if name not in covered]


def _by_unique(collection: Collection, where: Where) -> tuple[list[Filter], set[str]]:
    """The condition on the field that carries a unique index, where all of its fields are asked for, and those fields."""
    fixed = {name: test.value for name, test in where.items() if isinstance(test, Equal) and test.value is not None}
    for index in collection.indexes:
        if index.unique and fixed.keys() >= set(index.fields):
            return [{unique_field(index): unique_text([fixed[name] for name in index.fields])}], set(index.fields)
    return [], set()


def _condition(test: Equal | OneOf | Between) -> Any:
    match test:
        case Equal(value):
            return scalar(value)
        case OneOf(values):
            return {"$in": [scalar(value) for value in dict.fromkeys(values)]}
        case Between(None, None):
            return {"$ne": None}
        case Between(low, high):
            ends: Mapping[str, Any] = {"$gte": scalar(low), "$lt": scalar(high)}
            return {operator: value for operator, value in ends.items() if value is not None}


def _all(clauses: list[Filter]) -> Filter:
    return {"$and": clauses} if len(clauses) > 1 else {} if not clauses else clauses[0]
