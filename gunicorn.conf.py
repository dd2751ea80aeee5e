"""The settings of gunicorn; GUNICORN_CMD_ARGS overrides each of them."""

import os
from pathlib import Path

from blog.db.driver import name_version
from blog.settings import Settings
from blog.web.logs import UNSHIELDED, DiscreetLogger, is_unshielded
from blog.web.measuring import choose_slot as pre_fork  # noqa: F401  # A hook of gunicorn.
from blog.web.measuring import make_folder
from blog.web.measuring import remove_folder as on_exit  # noqa: F401  # The same.
from blog.web.measuring import take_slot as post_fork  # noqa: F401  # The same.

_settings = Settings.from_env_or_exit()

wsgi_app = "wsgi:app"
bind = [
    f"[{_settings.host}]:{_settings.port}"
    if ":" in _settings.host
    else f"{_settings.host}:{_settings.port}"
]

# Put a buffering proxy such as nginx in front: eight clients that send one byte at a time would
# occupy all threads. A buffering proxy passes a request on only when it is complete.

# A process for each core, as Python runs one thread of a process at a time. At least two, so that
# the site stays up when one ends or is busy. At most four, as SQLite lets one write at a time and
# each process takes memory; WEB_CONCURRENCY sets another number.
_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
workers = int(os.environ.get("WEB_CONCURRENCY") or 0) or min(max(2, _cores), 4)
# Threads, because requests mostly wait for the database. Each may hold a connection to it.
threads = 4
worker_class = "gthread"

# The application is made once and then forked: a process that replaces another answers at once.
# This opens no database, so no connection is shared. HUP replaces the processes but not their code,
# which this file imports already: after an upgrade, restart.
preload_app = True

# Connections that one process takes from the queue below. What waits there is taken by whichever
# process is free first, and by the next one when this one stops. Hence no `reuse_port`, which gives
# each process a queue of its own (docs/decisions/0060).
worker_connections = 100
# Connections that the system keeps until a process takes them: ten seconds of a busy site, which
# is longer than a restart takes. A socket of systemd has its own Backlog.
backlog = 2048

# Heartbeat files in memory: on a slow disk gunicorn would kill healthy workers.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  # Gunicorn unlinks the files at once.
# A process whose main loop gives no sign for so long is killed. A slow request does not stop the
# loop; the limits of the database end that.
timeout = 30
# What is being answered when a process stops is answered to its end, if that takes no longer. The
# unit of systemd waits ten seconds more.
graceful_timeout = 20
# Longer than the proxy keeps an idle connection (60 seconds in deploy/nginx): the proxy closes it
# first, so that it never sends a request into a connection that is just being closed.
keepalive = 75

# Each process is replaced now and then, in case something in it grows. It stops taking connections
# and answers those it has. With the jitter, two are not replaced at the same time.
max_requests = 20_000
max_requests_jitter = 5_000

# The longest address of the site is a search in Korean, of some 2 000 bytes. Browsers send some 20
# headers. The largest is the cookies; other programs on the same domain may set some too.
limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190

# Gunicorn must not read forwarding headers: by default it trusts any local client. ProxyFix reads
# them, from as many proxies as TRUSTED_PROXIES says.
forwarded_allow_ips = ""

# The control socket is shared by all sites of one user on the machine, and unused here.
control_socket_disable = True

# The access log goes to standard output, all other logs to standard error. Our logger leaves out
# whatever a reader sent: addresses, headers, queries, words and tokens in paths.
accesslog = "-"
logger_class = DiscreetLogger.for_settings(_settings)
loglevel = "info"


def on_starting(server: object) -> None:
    """Prepare metrics, log the SQLite version, and warn if no proxy shields the few threads."""
    if _settings.metrics_token:
        make_folder()
    if _settings.database_url.startswith("sqlite"):
        server.log.info(name_version())
    if is_unshielded(_settings):
        server.log.warning(UNSHIELDED)
