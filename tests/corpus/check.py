"""Reads documents before and after each edit with another parser: the same data, but for one value, which is a string.

    python3 tests/corpus/check.py pyyaml|helm DOCUMENTS

DOCUMENTS is what the tests in src/config/discover/corpus.rs write, one JSON object a line: the `name` of a file, its
`documents`, and its `edits` (in document number `part` the bytes `start..end` became `written`, so that the value at
`path` is the string `says`). helm stands for go-yaml, the parser of Kubernetes, kustomize, Argo CD and Flux.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

# What YAML 1.1 takes for a boolean, so that as a key it is no text.
BOOLEAN = {"y", "n", "yes", "no", "on", "off", "true", "false"}


class Unreadable(Exception):
    """The parser does not take this document."""


def pyyaml(texts):
    """The data of each text, or why it cannot be read."""
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
        """Safe, and takes tags that it does not know as a part of the data."""

    def unknown(loader, suffix, node):
        if isinstance(node, yaml.ScalarNode):
            return (suffix, loader.construct_scalar(node))
        if isinstance(node, yaml.SequenceNode):
            return (suffix, loader.construct_sequence(node, deep=True))
        return (suffix, loader.construct_mapping(node, deep=True))

    Loader.add_multi_constructor("", unknown)
    for text in texts:
        try:
            yield yaml.load(text, Loader)
        except (yaml.YAMLError, ValueError, TypeError) as why:
            yield Unreadable(str(why).replace("\n", " "))


CHUNK = 1_000_000  # helm takes no file of more than 5 MB


def helm(texts):
    """The data of each text, or why it cannot be read: one `helm template` over a chart that holds them all."""
    chunks, size = [[]], 0
    for text in texts:
        if size > CHUNK:
            chunks.append([])
            size = 0
        chunks[-1].append(text)
        size += len(text)
    with tempfile.TemporaryDirectory() as folder:
        chart = Path(folder)
        (chart / "templates").mkdir()
        (chart / "Chart.yaml").write_text("apiVersion: v2\nname: readings\nversion: 0.0.0\n")
        for number, chunk in enumerate(chunks):
            name = f"{number:04}"
            (chart / f"{name}.json").write_text(json.dumps(chunk), encoding="utf-8")
            # A text is a mapping or a list: the function for the other one fails.
            (chart / "templates" / f"{name}.yaml").write_text(
                "kind: Readings\nmetadata: {name: '" + name + "'}\nreadings:\n"
                '{{- range .Files.Get "' + name + '.json" | fromJsonArray }}\n'
                "- {{ list (fromYaml .) (fromYamlArray .) | toJson }}\n"
                "{{- end }}\n"
            )
        ran = subprocess.run(["helm", "template", "readings", folder], capture_output=True, text=True)
    if ran.returncode != 0:
        sys.exit(f"helm template: {ran.stderr[:2000]}")
    lines = [line[2:] for line in ran.stdout.splitlines() if line.startswith("- ")]
    order = [name[:4] for name in ran.stdout.split("# Source: readings/templates/")[1:]]
    if order != sorted(order) or len(order) != len(chunks):
        sys.exit("helm template: the readings are not in order")
    for line in lines:
        mapping, items = json.loads(line)
        if not isinstance(mapping.get("Error"), str):
            yield mapping
        elif not (len(items) == 1 and str(items[0]).startswith("error ")):
            yield items
        else:
            yield Unreadable(mapping["Error"])


def spot(data, path):
    """The collection that holds the last step of a path, and the index or key there."""
    for number, step in enumerate(path):
        if isinstance(step, int):
            key = step
        else:
            keys = [key for key in data if key == step]
            # `on:` is a boolean to both parsers.
            keys = keys or [key for key in data if step.lower() in BOOLEAN and str(key).lower() in BOOLEAN]
            keys = keys or [key for key in data if str(key) == step]
            [key] = keys
        if number == len(path) - 1:
            return data, key
        data = data[key]


def same(one, other):
    """Equal in type and value, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or one != one


def fault(old, new, path, says):
    """What is wrong with an edit; None where nothing is."""
    if not path:
        return None if type(new) is str and new == says else f"reads {new!r}"
    try:
        (before, key), (after, new_key) = spot(old, path), spot(new, path)
        found = after[new_key]
    except (KeyError, IndexError, TypeError, ValueError):
        return "the value is not there"
    if type(found) is not str or found != says:
        return f"reads {found!r} instead of the string {says!r}"
    kept, before[key] = before[key], found
    try:
        return None if same(old, new) else "something else differs"
    finally:
        before[key] = kept


def main():
    if len(sys.argv) != 3 or sys.argv[1] not in ("pyyaml", "helm"):
        sys.exit(__doc__)
    read = {"pyyaml": pyyaml, "helm": helm}[sys.argv[1]]
    with open(sys.argv[2], encoding="utf-8") as lines:
        files = [json.loads(line) for line in lines]
    texts = [text for file in files for text in file["documents"]]
    originals = iter(list(read(texts)))
    jobs, unread = [], []
    for file in files:
        documents = [next(originals) for _ in file["documents"]]
        for edit in file["edits"]:
            old, text = documents[edit["part"]], file["documents"][edit["part"]].encode()
            if isinstance(old, Unreadable):
                unread.append((file["name"], str(old)))
            else:
                new = text[: edit["start"]] + edit["written"].encode() + text[edit["end"] :]
                jobs.append((edit, old, new.decode()))
    faults = []
    count = 0
    for (edit, old, text), new in zip(jobs, read([text for _, _, text in jobs])):
        count += 1
        why = str(new) if isinstance(new, Unreadable) else fault(old, new, edit["path"], edit["says"])
        if why:
            faults.append(f"{edit['at']}: {edit['path']} set to {edit['says'][:60]!r}: {why}")
    if count != len(jobs):
        sys.exit(f"{sys.argv[1]}: {len(jobs)} documents went in and {count} came out")
    name = {"pyyaml": "PyYAML", "helm": "go-yaml"}[sys.argv[1]]
    for file, why in sorted(set(unread)):
        print(f"corpus: {name} cannot read {file} as it is: {why[:120]}", file=sys.stderr)
    for one in faults[:50]:
        print(f"corpus: {name}: {one}", file=sys.stderr)
    print(
        f"corpus: {name}: {count} documents read before and after; {len(unread)} more left out, of "
        f"{len(set(unread))} files that it cannot read as they are; {len(faults)} failures",
        file=sys.stderr,
    )
    sys.exit(1 if faults or not count else 0)


if __name__ == "__main__":
    main()
