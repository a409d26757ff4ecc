"""What every service speaks and stands on: events, ports, adapters, runtime, web. No rule of any service lives here."""
