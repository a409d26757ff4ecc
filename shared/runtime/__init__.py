"""What runs the services: settings, wiring, the unit of work, consumers, relays, jobs, and the host of it all."""
