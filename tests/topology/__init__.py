"""The system as it runs on servers, on one machine: broker, database, several processes of each service, a gateway in front."""
