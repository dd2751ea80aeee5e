"""Run the site with different limits, each replaced in the module that defines it.

`python -m tests.changed_limits FOLDER` exceeds each limit and prints the responses as JSON. The
constants are replaced while their modules are loaded, so every value computed from a constant
changes too.
"""

import json
import re
import sys
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

CHANGED = {
    "blog.comments.models": {"NAME_LENGTH": "71", "BODY_LENGTH": "4321"},
    "blog.decisions.models": {"REASON_LENGTH": "423", "LARGEST_BULK": "3"},
    "blog.environment": {"MIN_PASSWORD_LENGTH": "13", "MAX_PASSWORD_LENGTH": "912"},
    "blog.reports.models": {"WORDS_LENGTH": "913"},
    "blog.rules.models": {"PATTERN_LENGTH": "187", "NOTE_LENGTH": "176"},
    "blog.desk.queue.filters": {"MAX_SEARCH_LENGTH": "165"},
    "blog.privacy.retention": {"EMAILS_KEPT": "timedelta(days=93)"},
    "blog.submissions.resending": {
        "BROWSER_LIMITS": "(Limit(3, timedelta(minutes=1)), Limit(30, timedelta(hours=1)))"
    },
}


class ChangedLoader(SourceFileLoader):
    """A loader that replaces the constants listed in CHANGED while a module is loaded."""

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_data(self.path).decode()
        for name, value in CHANGED[fullname].items():
            source, count = re.subn(
                rf"^{name} = .*$", f"{name} = {value}", source, flags=re.MULTILINE
            )
            assert count == 1, f"{fullname} has no line for {name}"
        return compile(source, self.path, "exec")


class ChangedFinder:
    """A finder that gives each module in CHANGED a ChangedLoader."""

    @classmethod
    def find_spec(cls, fullname: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(fullname, path, target) if fullname in CHANGED else None
        if spec is not None and spec.origin is not None:
            spec.loader = ChangedLoader(fullname, spec.origin)
        return spec


def main(folder: Path) -> None:
    # These imports load the changed modules, so they run after the finder is installed.
    from blog import create_app
    from tests.builders import make_comment, make_published_comment, make_review
    from tests.databases import fresh_sqlite, make_settings
    from tests.desk.desk import open_desk
    from tests.page import Reader, text_of
    from tests.processes import hash_quickly

    hash_quickly()
    app = create_app(make_settings(database_url=fresh_sqlite(folder), data_dir=folder))
    app.test_client_class = Reader
    with app.app_context():
        review = make_review()
        waiting = [make_comment(review=review, body=f"Waiting {n}.") for n in "abcd"]
        published = make_published_comment(review=review)
        desk = open_desk(app)
        # Each request has a client of its own, so that no rate limit refuses the request.
        url = "/reviews/run-on/comments"
        form = {"author_name": "Jo", "body": "Fine words."}
        queue = desk.get().text
        responses = {
            "name": app.test_client().post(url, data=form | {"author_name": "n" * 72}),
            "long comment": app.test_client().post(url, data=form | {"body": "b" * 4322}),
            "large comment": app.test_client().post(url, data=form | {"body": "b" * 300_000}),
            "report": app.test_client().post(
                f"{url}/{published.id}/reports", data={"kind": "other", "body": "r" * 914}
            ),
            "reply": desk.reply(waiting[0], "a" * 4322),
            "reason": desk.decide(waiting[0], "reject", reason_words="r" * 424),
            "bulk": desk.bulk("approve", [f"{c.id}.{c.version}" for c in waiting]),
            "search": desk.get(q="s" * 166),
            "pattern": desk.post("/admin/rules", rule(pattern="p" * 188)),
            "note": desk.post("/admin/rules", rule(note="n" * 177)),
            "short password": desk.post("/admin/account/password", password("q" * 12)),
            "long password": desk.post("/admin/account/password", password("q" * 913)),
        }
        reader = app.test_client()
        responses["privacy"] = reader.get("/privacy")
        for number in range(4):
            responses["often"] = reader.post(url, data=form | {"body": f"No. {number}."})
        found = {name: [each.status_code, text_of(each)] for name, each in responses.items()}
        found["inputs"] = [200, " ".join(re.findall(r'name="\w+"[^>]*maxlength="\d+"', queue))]
    print(json.dumps(found))  # noqa: T201  # The parent process reads the standard output.


def rule(**more: str) -> dict[str, str]:
    return {"kind": "word", "pattern": "casino", "action": "hold", "note": "", "comment": ""} | more


def password(new: str) -> dict[str, str]:
    from tests.builders import PASSWORD

    return {"current": PASSWORD, "new": new, "again": new}


if __name__ == "__main__":
    sys.meta_path.insert(0, ChangedFinder)
    main(Path(sys.argv[1]))
