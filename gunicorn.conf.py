"""How gunicorn runs the site; GUNICORN_CMD_ARGS overrides each of these."""

from pathlib import Path

from blog.db.driver import name_version
from blog.settings import Settings
from blog.web.logs import UNSHIELDED, is_unshielded

_settings = Settings.from_env_or_exit()

wsgi_app = "wsgi:app"
bind = [
    f"[{_settings.host}]:{_settings.port}"
    if ":" in _settings.host
    else f"{_settings.host}:{_settings.port}"
]

# A proxy that buffers belongs in front, such as nginx: eight connections that send a byte at a
# time take all the threads below; behind a proxy that waits for whole requests three hundred take
# none.

# Two processes, so that one that dies or is busy leaves another; threads, because requests mostly
# wait for the database.
workers = 2
threads = 4
worker_class = "gthread"

# Beats go to memory: on a slow disk a healthy worker would be taken for a dead one.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # No file has a name.
timeout = 30
graceful_timeout = 20
keepalive = 5

# Only ProxyFix, told by TRUSTED_PROXIES, believes a forwarding header; gunicorn by itself would
# believe anybody on this machine, SCRIPT_NAME included.
forwarded_allow_ips = ""

# One socket a user, shared by every site on the machine; nothing here needs it.
control_socket_disable = True

# No line names a reader's address: no access log, and a logger that leaves addresses out.
accesslog = None
logger_class = "blog.web.logs.DiscreetLogger"
loglevel = "info"


def on_starting(server: object) -> None:
    """Name SQLite's release, and warn where slow connections reach the few threads here."""
    if _settings.database_url.startswith("sqlite"):
        server.log.info(name_version())
    if is_unshielded(_settings):
        server.log.warning(UNSHIELDED)
