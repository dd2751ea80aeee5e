"""`outbox run`, which kills itself with SIGKILL after a step: `… deadly_outbox STEP`.

The steps are those of tests/outbox/deadly.py, and "recorded": the state of a message was saved.
"""

import sys
from collections.abc import Callable
from typing import Any

from blog import create_app
from blog.cli import outbox
from blog.outbox.commands import conclude
from blog.outbox.delivery import Courier
from blog.settings import Settings
from tests.outbox.deadly import STEPS, kill_itself, make_deadly

RECORDED = "recorded"
# The step in which a message may be sent twice comes first, for short runs.
ALL_STEPS = (*reversed(STEPS), RECORDED)


def die_when_recorded(courier: Courier) -> None:
    """Let a courier kill its process as soon as it has saved the state of a message."""
    write = courier.write

    def write_and_die(command: Callable[..., Any], *args: Any, **more: Any) -> Any:
        result = write(command, *args, **more)
        if command is conclude:
            kill_itself()
        return result

    courier.write = write_and_die


def main() -> None:
    (step,) = sys.argv[1:]
    assert step in ALL_STEPS, f"The steps are {', '.join(ALL_STEPS)}."
    build = outbox.build_courier

    def build_deadly() -> Courier:
        courier = build()
        if step == RECORDED:
            die_when_recorded(courier)
        else:
            make_deadly(courier, step, kill_itself)
        return courier

    outbox.build_courier = build_deadly
    app = create_app(Settings.from_env())
    app.test_cli_runner().invoke(args=["outbox", "run"])


if __name__ == "__main__":
    main()
