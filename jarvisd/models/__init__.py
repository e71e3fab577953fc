"""Models as data: a manifest, the store that holds the files, and how they get there.

Nothing here runs a model, and nothing is fetched unless a person asks for it.
"""
