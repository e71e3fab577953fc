"""Configuration: schema, loading, and the reference file rendered from the schema."""
