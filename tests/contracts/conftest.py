"""The suites are no test files by name; pytest explains their failed assertions all the same."""

import pytest

pytest.register_assert_rewrite(
    "tests.contracts.attachments_contract", "tests.contracts.log_contract", "tests.contracts.mailbox_contract",
    "tests.contracts.moving_contract", "tests.contracts.store_contract", "tests.contracts.store_model", "tests.contracts.store_neighbours",
)  # fmt: skip
