"""How a list, a count and their conditions are said in SQL."""
# ruff: noqa: S608 - the names in these statements are declared ones (see declared.check_names); every value is bound

import json
from itertools import chain, product
from math import prod

from shared.adapters.declared import check_field
from shared.adapters.sqlite_tables import index_name
from shared.ports import Between, Collection, Cursor, Equal, OneOf, Order, Scalar, Where

Query = tuple[str, list[Scalar]]
COLUMNS = "_key, _version, _body, _handled"
MOST_PARTS = 16
LOWEST = float("-inf")  # below every number and text, but not below NULL


def find(collection: Collection, where: Where, order: Order, limit: int, after: Cursor | None) -> tuple[Query, bool]:
    """A page, and whether it is bounded: whether its cost is that of its own rows, however many there are."""
    check_field(collection, order.field)
    parts = _indexed_parts(collection, where, order)
    selects = [_select(collection, part, order, after, index) for part, index in parts] or [_select(collection, where, order, after, None)]
    direction = "DESC" if order.descending else "ASC"
    text = f"{' UNION ALL '.join(text for text, _ in selects)} ORDER BY _value {direction}, _key {direction} LIMIT ?"
    return (text, [*chain.from_iterable(values for _, values in selects), limit]), bool(parts)


def count(collection: Collection, where: Where, by: str | None) -> Query:
    """Rows of value and number; of None and number without `by`."""
    texts, values = _conditions(collection, where)
    condition = f"WHERE {' AND '.join(texts)}" if texts else ""
    if by is None:
        return f'SELECT NULL, count(*) FROM "{collection.name}" {condition}', values
    check_field(collection, by)
    # the + keeps the planner from reading a whole index in the order of the groups when another one finds the rows
    return f'SELECT "{by}", count(*) FROM "{collection.name}" {condition} GROUP BY +"{by}"', values


def _indexed_parts(collection: Collection, where: Where, order: Order) -> list[tuple[Where, str]]:
    """The list in parts that an index each hands out in order, for SQLite to merge: one for each combination of the values of OneOf.

    Empty when that cannot be. Exactly this index is then used, whatever the planner thinks.
    """
    choices = {name: test.values for name, test in where.items() if isinstance(test, OneOf)}
    if not 0 < prod(len(set(values)) for values in choices.values()) <= MOST_PARTS:
        return []
    parts: list[tuple[Where, str]] = []
    for values in product(*(dict.fromkeys(values) for values in choices.values())):
        part = {**where, **{name: Equal(value) for name, value in zip(choices, values, strict=True)}}
        index = _serving_index(collection, part, order)
        if index is None:
            return []
        parts.append((part, index))
    return parts


def _serving_index(collection: Collection, where: Where, order: Order) -> str | None:
    fixed = {name for name, test in where.items() if isinstance(test, Equal)}
    if where.keys() - fixed - {order.field}:
        return None
    fixed.discard(order.field)
    for index in collection.indexes:
        first, rest = index.fields[: len(fixed)], index.fields[len(fixed) :]
        if set(first) == fixed and rest[:1] == (order.field,):
            return index_name(collection, index)
    return None


def _select(collection: Collection, where: Where, order: Order, after: Cursor | None, index: str | None) -> Query:
    test = where.get(order.field)
    stretch = test if isinstance(test, Between) else Between()
    texts, values = _conditions(collection, {name: test for name, test in where.items() if test is not stretch})
    more, bounds = _stretch(order, stretch, after)
    chosen = f'INDEXED BY "{index}"' if index else ""
    condition = " AND ".join(texts + more)
    return f'SELECT {COLUMNS}, "{order.field}" AS _value FROM "{collection.name}" {chosen} WHERE {condition}', values + bounds


def _stretch(order: Order, test: Between, after: Cursor | None) -> tuple[list[str], list[Scalar]]:
    """Where a page begins and ends, with one bound for each end: a second one would be checked row by row.

    LOWEST instead of IS NOT NULL, because it lets the index pass over the documents without a value.
    """
    column, values = f'"{order.field}"', list[Scalar]()
    if after is not None and not order.descending:
        texts = [f"({column}, _key) > (?, ?)"]
        values += [after.value, after.key]
    else:
        texts = [f"{column} >= ?"]
        values.append(LOWEST if test.low is None else test.low)
    if after is not None and order.descending:
        texts.append(f"({column}, _key) < (?, ?)")
        values += [after.value, after.key]
    elif test.high is not None:
        texts.append(f"{column} < ?")
        values.append(test.high)
    return texts, values


def _conditions(collection: Collection, where: Where) -> tuple[list[str], list[Scalar]]:
    texts: list[str] = []
    values: list[Scalar] = []
    for name, test in where.items():
        check_field(collection, name)
        text, bound = _condition(f'"{name}"', test)
        texts.append(text)
        values += bound
    return texts, values


def _condition(column: str, test: Equal | OneOf | Between) -> Query:
    match test:
        case Equal(None):
            return f"{column} IS NULL", []
        case Equal(value):
            return f"{column} = ?", [value]
        case OneOf(values):
            listed = f"{column} IN (SELECT value FROM json_each(?))"
            return f"({listed} OR {column} IS NULL)" if None in values else listed, [json.dumps([v for v in values if v is not None])]
        case Between(low, high):
            ends = [(text, value) for text, value in ((f"{column} >= ?", low), (f"{column} < ?", high)) if value is not None]
            return " AND ".join([f"{column} IS NOT NULL", *(text for text, _ in ends)]), [value for _, value in ends]
