"""The version of what is public: a number that each change of a public page raises."""
