"""How often a browser or an address may do something; exact, in the database, without names."""
