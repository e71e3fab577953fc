"""A certificate authority that lives as long as a test, made with the openssl program."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority:
    """Vouches for servers. ``certificate`` is the file to trust."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.certificate = folder / "authority.pem"
        self._key = folder / "authority.key"
        folder.mkdir(parents=True, exist_ok=True)
        _openssl(
            *("req", "-x509", *_KEY, "-keyout", str(self._key), "-out", str(self.certificate), "-days", "2"),
            *("-subj", "/CN=test authority", "-addext", "keyUsage=critical,keyCertSign"),
        )

    def context(self, *names: str, days: int = 2) -> ssl.SSLContext:
        """What a server called ``names`` uses; with ``days`` below 0 its certificate is out of date."""
        stem = self._folder / f"server-{'-'.join(names)}{days}"
        request, key, certificate = (stem.with_suffix(suffix) for suffix in (".csr", ".key", ".pem"))
        extensions = stem.with_suffix(".ext")
        subjects = ",".join(f"IP:{name}" if name[0].isdigit() else f"DNS:{name}" for name in names)
        extensions.write_text(f"subjectAltName={subjects}\nextendedKeyUsage=serverAuth\n")
        _openssl("req", *_KEY, "-keyout", str(key), "-out", str(request), "-subj", f"/CN={names[0]}")
        _openssl(
            *("x509", "-req", "-in", str(request), "-CA", str(self.certificate), "-CAkey", str(self._key)),
            *("-CAcreateserial", "-out", str(certificate), "-days", str(days), "-extfile", str(extensions)),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        return context


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)
