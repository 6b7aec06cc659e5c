"""What is served beside the pages: the guard, sessions, health, the sign-in ticket."""
