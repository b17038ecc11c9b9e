"""What is installed and running: products, services, resources, pools."""
