"""Write the files that blog/manuscripts reads: front matter and text, and reviewers."""

from collections.abc import Mapping, Sequence
from typing import Any

import yaml

# A line of YAML is folded after this many characters; with the longest value, a URL, it then has
# fewer than an import accepts.
WIDTH = 480


def write_document(keys: Mapping[str, Any], body: str) -> str:
    """Return a review's file with these keys and this text."""
    return f"---\n{_to_yaml(keys)}---\n\n{body}\n"


def write_reviewers(reviewers: Sequence[Mapping[str, str]]) -> str:
    """Return the file of the reviewers with these keys."""
    return _to_yaml({"reviewers": list(reviewers)})


class _Row(dict[str, Any]):
    """A group of keys that is written in one line: {actor: Im Si-wan, role: Ki Seon-gyeom}."""


class _Dumper(yaml.SafeDumper):
    """A writer of YAML whose reader takes each value as a text, so 18:30 needs no quotes.

    The method names are PyYAML's.
    """

    yaml_implicit_resolvers = {}  # noqa: RUF012  # PyYAML expects a dict here.

    def ignore_aliases(self, data: Any) -> bool:
        """Write a value again where it appears again, as the reader refuses aliases."""
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    is_block = "\n" in text and all(len(line) <= WIDTH for line in text.split("\n"))
    style = "|" if is_block else '"' if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _represent_list(dumper: yaml.SafeDumper, values: list[Any]) -> yaml.Node:
    is_short = all(isinstance(value, str) for value in values)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", values, flow_style=is_short)


def _represent_row(dumper: yaml.SafeDumper, row: _Row) -> yaml.Node:
    return dumper.represent_mapping("tag:yaml.org,2002:map", row.items(), flow_style=True)


_Dumper.add_representer(str, _represent_text)
_Dumper.add_representer(list, _represent_list)
_Dumper.add_representer(_Row, _represent_row)


def _to_yaml(keys: Mapping[str, Any]) -> str:
    return yaml.dump(
        _with_rows(keys), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH
    )


def _with_rows(keys: Mapping[str, Any]) -> dict[str, Any]:
    """Return keys whose lists of groups are written with one group a line, unless it has a text."""
    written: dict[str, Any] = {}
    for key, value in keys.items():
        if isinstance(value, dict):
            written[key] = _with_rows(value)
        elif isinstance(value, list):
            written[key] = [_Row(each) if _is_row(each) else each for each in value]
        else:
            written[key] = value
    return written


def _is_row(value: Any) -> bool:
    return isinstance(value, dict) and not any("\n" in str(each) for each in value.values())
