"""No event is forgotten: each service handles a type or says by name that it has no use for it."""

from shared.events import event_types


def test_every_event_is_handled_or_ignored_in_each_service(house):
    for service in house.services:
        handled, ignored = set(service.handlers), set(service.ignores)
        assert not handled & ignored, f"{service.name} both handles and ignores"
        assert handled | ignored == set(event_types().values()), f"{service.name} has forgotten a type"


def test_every_event_is_heard_by_somebody(house):
    heard = {kind for service in house.services for kind in service.handlers}
    unheard = {name for name, kind in event_types().items() if kind not in heard}
    assert unheard == set()


def test_every_kind_of_document_is_declared_once(house):
    for service in house.services:
        names = [kind.name for kind in service.kinds]
        assert len(names) == len(set(names))
        for kind in service.kinds:
            indexed = {field for index in kind.indexes for field in index.fields}
            assert indexed <= set(kind.fields), f"{service.name}.{kind.name} indexes a field it does not declare"
            assert set(kind.fields) <= indexed, f"{service.name}.{kind.name} declares a field that no index serves"
