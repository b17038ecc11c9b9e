"""Product, service and resource catalogs (TMF620, TMF633, TMF634)."""
