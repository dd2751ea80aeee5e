"""The pages that the links in mail open: confirm an address, or stop all mail to it."""
