"""What the executor needs from outside: a sandbox, a journal, an audit log, ears, a voice, memories, opinions.

Adapters implement these. A library's exception never crosses a port: errors are
:class:`~jarvisd.core.errors.JarvisError` with the codes named at each port.
"""
