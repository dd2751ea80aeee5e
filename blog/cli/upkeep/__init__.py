"""Commands for the site as a whole: preparing, checking, cleaning, backing up, copying."""
