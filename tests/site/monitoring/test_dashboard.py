"""The dashboard and the alerts in deploy/ name only what /metrics offers."""

import json
import re

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from blog.web.measuring import METHODS, OTHER, REQUESTS
from tests.outbox.sending import change_settings
from tests.plan import ROOT

TOKEN = "a-token-for-metrics-0123456789"
# Labels that Prometheus adds, and what it measures itself.
ADDED = {"instance", "job", "le"}
FOREIGN = {"up", "probe_success"}
SELECTOR = re.compile(r"\b(second_lead_\w+|up|probe_success)(?:\{([^}]*)\})?")
CONDITION = re.compile(r'(\w+)(=~|=)"([^"]*)"')


def list_expressions() -> list[str]:
    dashboard = json.loads((ROOT / "deploy/grafana/second-lead.json").read_text())
    alerts = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())
    return [
        *(target["expr"] for panel in dashboard["panels"] for target in panel["targets"]),
        *(rule["expr"] for group in alerts["groups"] for rule in group["rules"]),
        *(variable.get("definition", "") for variable in dashboard["templating"]["list"]),
    ]


@pytest.fixture
def offered(app, client) -> dict[str, dict[str, set[str]]]:
    """The values of each label of each metric, by the metric's name."""
    change_settings(app, metrics_token=TOKEN)
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    found: dict[str, dict[str, set[str]]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = found.setdefault(sample.name, {})
            for label, value in sample.labels.items():
                labels.setdefault(label, set()).add(value)
    statuses = {f"{digit}xx" for digit in range(1, 6)}
    requests = {"view": set(), "method": {*METHODS, OTHER}, "status": statuses}
    return found | dict.fromkeys((f"{REQUESTS}_count", f"{REQUESTS}_bucket"), requests)


def test_every_metric_of_the_dashboard_and_the_alerts_exists(offered):
    expressions = list_expressions()
    named = {match[1] for expression in expressions for match in SELECTOR.finditer(expression)}
    assert named - FOREIGN <= set(offered)
    assert len(named) > 10


def test_every_label_and_value_that_they_name_exists(offered):
    for expression in list_expressions():
        for match in SELECTOR.finditer(expression):
            for label, operator, value in CONDITION.findall(match[2] or ""):
                if label in ADDED:
                    continue
                known = offered[match[1]][label]
                values = value.split("|") if operator == "=~" else [value]
                assert set(values) <= known, expression
        for labels in re.findall(r"by \(([^)]*)\)", expression):
            of = {label for match in SELECTOR.finditer(expression)
                  for label in offered.get(match[1], {})}  # fmt: skip
            assert {label.strip() for label in labels.split(",")} <= of | ADDED, expression


def test_every_metric_with_a_figure_is_on_the_dashboard(offered):
    text = " ".join(list_expressions())
    unseen = [name for name in offered if name.removesuffix("_gcount") not in text]
    assert set(unseen) <= {"second_lead_decision_wait_seconds_gsum"}
