"""D-Bus in one place: the only package, besides each unit's interface module, that knows the library."""
