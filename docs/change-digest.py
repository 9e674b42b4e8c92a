#!/usr/bin/env python3
"""Reads change-digest.vectors.json and makes each list and digest anew, by change-digest.md alone.

    python3 docs/change-digest.py [VECTORS]

Of a vector without its list only the digest is looked at. Nothing but the standard library. Exit code 0: all are as they stand there; 1: one is not, and it is named.
"""

import hashlib
import json
import pathlib
import re
import sys


def netstring(data):
    return str(len(data)).encode() + b":" + data + b","


def written(row):
    return netstring(b"".join(b"-," if text is None else netstring(text.encode()) for text in row))


def in_order(row):
    """A text that is not there comes before every other; texts are compared by their bytes."""
    return [(text is not None, (text or "").encode()) for text in row]


def side(entry):
    return [None, None] if entry is None else list(entry)


def lasting(text):
    """The text of a record without the moment since when it counts."""
    lines, count = re.subn(r"^since: \S+$", "since:", text, flags=re.MULTILINE)
    if count != 1:
        raise ValueError(f"{count} lines say since when it counts")
    return lines


def rows(vector):
    (kind, name), = vector["repository"].items()
    yield ["repository", kind, name]
    yield ["target", vector["target"]]
    for rule in vector["rules"]:
        yield ["rule", rule["branch"], rule["of"], rule["name"], rule["text"]]
    for pin in vector["pins"]:
        place = [pin["file"], pin["application"], pin["environment"], pin["pin"], str(pin["nth"]), pin["cluster"]]
        yield ["pin", *place, pin["from"], pin["to"]]
    for edit in vector["edits"]:
        yield ["edit", edit["path"], *side(edit["was"]), *side(edit["is"])]
    for hold in vector["holds"]:
        yield ["hold", hold["path"], *side(hold["was"]), hold["mode"], lasting(hold["text"])]
    for hotfix in vector.get("hotfixes", []):
        yield ["hotfix", hotfix["path"], *side(hotfix["was"]), hotfix["mode"], lasting(hotfix["text"])]


def made(vector):
    return written(["stageline-change", "1"]) + b"".join(written(row) for row in sorted(rows(vector), key=in_order))


def main():
    beside = pathlib.Path(__file__).with_name("change-digest.vectors.json")
    vectors = json.loads(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else beside).read_text(encoding="utf-8"))
    wrong = 0
    for vector in vectors:
        data = made(vector)
        digest = hashlib.sha256(data).hexdigest()
        if data != vector.get("list", data.decode()).encode() or digest != vector["digest"]:
            wrong += 1
            print(f"{vector['name']}: {digest}, of {data!r}")
    print(f"{len(vectors) - wrong} of {len(vectors)} vectors are as they stand there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
