"""REST APIs of parties and of what is agreed with them, one module per noun."""
