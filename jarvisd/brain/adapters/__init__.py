"""Language models and stores behind the ports of the brain."""
