"""What officers see of tracking: the desk, the board, and the API of cases."""

from services.tracking.pages import api, board, cases, components, parked, people, queues, sign_in

ROUTERS = (api.router, queues.router, cases.router, board.router, sign_in.router, people.router, parked.router, components.router)
PUBLIC = sign_in.PUBLIC
