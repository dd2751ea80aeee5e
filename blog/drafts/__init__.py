"""Reviews while they are written: their texts, versions and revisions, and who changed what."""
