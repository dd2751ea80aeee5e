"""The settings of gunicorn; GUNICORN_CMD_ARGS overrides each of them."""

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

# Put a buffering proxy such as nginx in front: eight clients that send one byte at a time would
# occupy all threads. A buffering proxy passes a request on only when it is complete.

# Two processes, so that the site stays up when one dies or is busy. Threads, because requests
# mostly wait for the database.
workers = 2
threads = 4
worker_class = "gthread"

# Heartbeat files in memory: on a slow disk gunicorn would kill healthy workers.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # Gunicorn unlinks the files at once.
timeout = 30
graceful_timeout = 20
keepalive = 5

# Gunicorn must not read forwarding headers: by default it trusts any local client. ProxyFix reads
# them, from as many proxies as TRUSTED_PROXIES says.
forwarded_allow_ips = ""

# The control socket is shared by all sites of one user on the machine, and unused here.
control_socket_disable = True

# IP addresses of readers are never logged: no access log, and a logger that leaves them out.
accesslog = None
logger_class = "blog.web.logs.DiscreetLogger"
loglevel = "info"


def on_starting(server: object) -> None:
    """Log the SQLite version, and warn if no buffering proxy shields the few threads."""
    if _settings.database_url.startswith("sqlite"):
        server.log.info(name_version())
    if is_unshielded(_settings):
        server.log.warning(UNSHIELDED)
