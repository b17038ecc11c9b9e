"""Value types of parties and of what is agreed with them."""
