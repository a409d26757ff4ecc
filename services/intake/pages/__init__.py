"""What people see of intake, and the API for programs."""
