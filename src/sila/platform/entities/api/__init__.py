"""The API: one set of routes over the registry, described by an OpenAPI document of the same registry."""
