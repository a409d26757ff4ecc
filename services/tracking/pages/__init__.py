"""What officers see of tracking: the desk, the board, and the API of cases."""

from services.tracking.pages import alarm, answer_check, api, board, cases, components, own_password, parked, people, queues, sign_in

ROUTERS = (
    api.router, queues.router, cases.router, board.router, sign_in.router, own_password.router, people.router, parked.router,
    components.router, alarm.router, answer_check.router,
)  # fmt: skip
PUBLIC = sign_in.PUBLIC
