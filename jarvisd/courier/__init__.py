"""The courier: the only part that reaches other machines, to deliver a letter or to fetch a page.

One process for one errand, started by its socket, without files, without the bus and without a way back.
"""
