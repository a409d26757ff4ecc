"""What routing keeps: precedents, which are closed cases of which it may be told where they went."""

from services.routing.model.precedent import KeptPrecedent
from shared.documents import Kind
from shared.ports import Index

PRECEDENT: Kind[KeptPrecedent] = Kind("precedent", KeptPrecedent, ("kept_at",), (Index(("kept_at",)),))

KINDS = (PRECEDENT,)
