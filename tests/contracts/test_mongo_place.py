"""URLs of databases, what the driver's faults mean, and the texts that carry unique values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.errors import (
    AutoReconnect,
    BulkWriteError,
    ConfigurationError,
    CursorNotFound,
    DuplicateKeyError,
    ExecutionTimeout,
    InvalidOperation,
    NetworkTimeout,
    NotPrimaryError,
    OperationFailure,
    ServerSelectionTimeoutError,
    WaitQueueTimeoutError,
    WriteConcernError,
)  # fmt: skip

from shared.adapters.mongo_documents import unique_text
from shared.adapters.mongo_place import Place, at_work, meaning, read_place
from shared.ports import Scalar, Unavailable, Unusable

PLACE = Place("mongodb://user:secret@host:1/huiying", "huiying_intake")


@pytest.mark.parametrize(
    ("url", "database"),
    [
        ("mongodb://host/city", "city_intake"),
        ("mongodb://host", "huiying_intake"),
        ("mongodb://one:27017,two:27018/city?replicaSet=rs0&w=1", "city_intake"),
        ("mongodb://user:secret%40@host/city-1?authSource=admin", "city-1_intake"),
        ("mongodb+srv://user:secret@cluster.example/city", "city_intake"),
    ],
)
def test_a_url_names_a_database_for_each_service(url: str, database: str) -> None:
    place = read_place(url, "intake")
    assert (place.url, place.database) == (url, database)
    assert "secret" not in f"{place} {place!r}"


@pytest.mark.parametrize(
    "url",
    [
        "mongodb:", "mongodb://", "mongodb:///city", "mongodb://user:secret@host@more/city", "mongodb://user:secret/1@host/city",
        "mongodb://host:secret/city", "mongodb://user:secret@host/a b", "mongodb://user:secret@host/city?nosuchoption=1",
        "mongodb://user:secret@host/city?timeoutMS=soon", "mongodb://user:secret@host/city?tls=true&tlsCAFile=/not/there",
        "mongodb://user:secret@[::1/city", "mongodb://host/a.b", f"mongodb://host/{'x' * 41}",
    ],
)  # fmt: skip
def test_a_url_that_cannot_be_used_is_told_without_its_password(url: str) -> None:
    with pytest.raises(ValueError) as told:  # noqa: PT011 - the words are looked at
        read_place(url, "intake")
    assert "secret" not in str(told.value)
    assert "mongodb://" in str(told.value) or "NAME" in str(told.value)
    assert told.value.__cause__ is None


def test_what_is_wrong_with_a_url_is_said_where_it_has_no_password() -> None:
    with pytest.raises(ValueError, match="Unknown option: nosuchoption"):
        read_place("mongodb://host/city?nosuchoption=1", "intake")


@pytest.mark.parametrize(
    "fault",
    [
        AutoReconnect("connection closed"), NetworkTimeout("timed out"), ServerSelectionTimeoutError("none"), WaitQueueTimeoutError("full"),
        NotPrimaryError("not primary"), ExecutionTimeout("too long", 50), CursorNotFound("gone", 43), WriteConcernError("waiting", 64),
        OperationFailure("interrupted at shutdown", 11600), OperationFailure("out of disk space", 14031),
        BulkWriteError({"writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication timed out"}], "writeErrors": []}),
    ],
    ids=repr,
)  # fmt: skip
def test_what_passes_is_waited_for(fault: Exception) -> None:
    with pytest.raises(Unavailable, match="host:1/huiying_intake: ") as told, at_work(PLACE):
        raise fault
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("fault", [OperationFailure("denied", 13), OperationFailure("who", 18), ConfigurationError("wire version 6")])
def test_what_a_person_must_put_right_is_said_and_waited_for_at_work(fault: OperationFailure) -> None:
    assert isinstance(meaning(PLACE, fault), Unusable)
    with pytest.raises(Unavailable, match="host:1/huiying_intake: "), at_work(PLACE):
        raise fault


@pytest.mark.parametrize("fault", [DuplicateKeyError("E11000", 11000), OperationFailure("unknown operator", 2), InvalidOperation("closed")])
def test_bugs_pass(fault: Exception) -> None:
    with pytest.raises(type(fault)), at_work(PLACE):
        raise fault


VALUES = st.one_of(st.text(max_size=3), st.integers(-3, 3), st.floats(-3, 3), st.booleans(), st.sampled_from((0.0, -0.0, 1e300, 2**63 - 1)))


@given(st.lists(VALUES, max_size=3), st.lists(VALUES, max_size=3))
def test_two_rows_of_values_have_the_same_text_where_they_are_equal(one: list[Scalar], other: list[Scalar]) -> None:
    assert (unique_text(one) == unique_text(other)) == (one == other)
    assert unique_text([*one, None]) is None
    assert unique_text(one) == unique_text([float(value) if isinstance(value, bool) else value for value in one])
