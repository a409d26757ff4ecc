"""The sample city on an ordinary day: people in every role, some 300 complaints, and the world outside that letters go to."""
