"""The Hubei health code desk: rules, storage, services, pages' needs and the shell."""
