#!/usr/bin/env python3
"""Checks one statement by statements.md alone: its envelope, its signature and what it says.

    python3 docs/statements.py ENVELOPE SIGNERS [REVOKED]

ENVELOPE is a file of the branch stageline/attestations, SIGNERS an allowed-signers file, REVOKED a list of revoked keys; all as the
config repository has them. Nothing but the standard library and ssh-keygen. Exit code 0: somebody in SIGNERS said it, and who and what
is printed; 1: it counts for nothing, and why. Whether it counts is also a matter of its place on the branch, which this does not see.
"""

import base64
import binascii
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

LONGEST = 1 << 20
DEEPEST = 100
NAMESPACE = "stageline-statement"
PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
CHECK = "https://in-toto.io/attestation/test-result/v0.1"
APPROVAL = "urn:stageline:approval:v1"
OVERRIDE = "urn:stageline:override:v1"
WITHDRAWAL = "urn:stageline:withdrawal:v1"
DIGESTS = {"gitCommit": (40, 64), "gitTree": (40, 64), "sha256": (64,), "sha384": (96,), "sha512": (128,)}
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


class Refused(Exception):
    """Why it counts for nothing."""


def need(holds, why):
    if not holds:
        raise Refused(why)


def once(pairs):
    out = dict(pairs)
    need(len(out) == len(pairs), "a key stands twice")
    return out


def number(text):
    value = float(text)
    need(math.isfinite(value), f"{text} is no number")
    return value


def whole_number(text):
    need(len(text) < 300, "a number is too long")
    return int(text)


def no_number(text):
    raise Refused(f"{text} is no number")


def depth(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


def read_json(data, what):
    """JSON that no two readers can take for two things."""
    need(len(data) <= LONGEST, f"{what} has {len(data)} bytes")
    try:
        text = data.decode("utf-8")
        hooks = {"parse_float": number, "parse_int": whole_number, "parse_constant": no_number}
        value = json.loads(text, object_pairs_hook=once, **hooks)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
        need(depth(value) <= DEEPEST, f"{what} is too deep")
    except (ValueError, RecursionError) as why:
        raise Refused(f"{what} is no JSON: {why}") from why
    need(isinstance(value, dict), f"{what} is no object")
    return value


def text_of(value, what):
    need(isinstance(value, str) and value != "", f"it has no {what}")
    return value


def unbased(text, what):
    """Base64 of the one form that the bytes have."""
    try:
        data = base64.b64decode(text_of(text, what).encode("ascii"), validate=True)
    except (UnicodeError, binascii.Error) as why:
        raise Refused(f"its {what} is no base64: {why}") from why
    need(base64.b64encode(data).decode() == text, f"its {what} is another base64 than that of its bytes")
    return data


def opened(data):
    """The payload of an envelope, and its one signature."""
    envelope = read_json(data, "the envelope")
    need(envelope.get("payloadType") == PAYLOAD_TYPE, "its payload is no in-toto statement")
    signatures = envelope.get("signatures")
    need(isinstance(signatures, list) and len(signatures) == 1, "it has not one signature")
    need(isinstance(signatures[0], dict), "its signature is none")
    return unbased(envelope.get("payload"), "payload"), unbased(signatures[0].get("sig"), "signature")


def encoded(payload):
    """What is signed: the DSSE pre-authentication encoding."""
    return b"DSSEv1 %d %s %d %s" % (len(PAYLOAD_TYPE), PAYLOAD_TYPE.encode(), len(payload), payload)


def ssh_keygen(args, data):
    return subprocess.run(["ssh-keygen", "-Y", *args], input=data, capture_output=True, check=False)


def signed_by(payload, signature, signers, revoked):
    """The principals whose key it is and who may sign statements now."""
    lines = base64.encodebytes(signature).decode()
    with tempfile.NamedTemporaryFile("w", suffix=".sig") as file:
        file.write(f"-----BEGIN SSH SIGNATURE-----\n{lines}-----END SSH SIGNATURE-----\n")
        file.flush()
        found = ssh_keygen(["find-principals", "-f", signers, "-s", file.name], b"")
        good = []
        for name in found.stdout.decode().splitlines() if found.returncode == 0 else []:
            args = ["verify", "-n", NAMESPACE, "-I", name, "-f", signers, "-s", file.name]
            if ssh_keygen(args + (["-r", revoked] if revoked else []), encoded(payload)).returncode == 0:
                good.append(name)
    need(good, "it is not signed by a key that SIGNERS gives somebody for statements now")
    return good


def moment(value, what):
    need(MOMENT.fullmatch(text_of(value, what)) is not None, f"its {what} is no moment")
    return value


def has_digests(subjects):
    need(isinstance(subjects, list) and subjects, "it has no subject")
    for subject in subjects:
        digests = subject.get("digest") if isinstance(subject, dict) else None
        need(isinstance(digests, dict) and digests, "a subject has no digest")
        for algorithm, value in digests.items():
            text_of(value, algorithm)
            lengths = DIGESTS.get(algorithm)
            is_whole = lengths is None or (len(value) in lengths and re.fullmatch("[0-9a-f]*", value))
            need(is_whole, f"{value} is no {algorithm}")


def of_check(subjects, predicate):
    configuration = predicate.get("configuration")
    need(isinstance(configuration, list), "it has no configuration")
    with_uri = [one for one in configuration if isinstance(one, dict) and isinstance(one.get("uri"), str)]

    def the(start):
        return next((one for one in with_uri if one["uri"].startswith(start)), None)

    ran, place, told = the("urn:stageline:check:"), the("urn:stageline:environment:"), the("urn:stageline:told")
    need(ran and told, "its configuration does not say which check ran, and when it was told")
    need(isinstance(told.get("annotations"), dict), "it has no annotations.at")
    at = moment(told["annotations"].get("at"), "annotations.at")
    need(predicate.get("result") in ("PASSED", "WARNED", "FAILED"), "its result is none")
    need(isinstance(predicate.get("url", ""), str), "its url is no text")
    for key in ("passedTests", "warnedTests", "failedTests"):
        names = predicate.get(key, [])
        need(isinstance(names, list) and all(isinstance(name, str) for name in names), f"its {key} is no list of names")
    app, source = text_of(subjects[0].get("name"), "name"), text_of(subjects[0].get("uri"), "uri")
    commit = text_of(subjects[0]["digest"].get("gitCommit"), "gitCommit")
    where = f" in {text_of(place.get('name'), 'environment')}" if place else ""
    return f"check {text_of(ran.get('name'), 'check')} of {app} ({source}) {commit}{where}: {predicate['result']}, {at}"


def of_consent(subjects, predicate, word):
    named = {one["name"]: one["digest"] for one in reversed(subjects) if isinstance(one.get("name"), str)}
    change = text_of(named.get("change", {}).get("sha256"), "subject change")
    text_of(named.get("tree", {}).get("gitTree"), "subject tree")
    base = text_of(predicate.get("base"), "base")
    for commit in (base, predicate.get("head", base)):
        need(isinstance(commit, str) and re.fullmatch("[0-9a-f]{40}", commit), "its base or head is no commit")
    target, at = text_of(predicate.get("target"), "target"), moment(predicate.get("at"), "at")
    more = ""
    if word == "override":
        gate, reason = text_of(predicate.get("gate"), "gate"), text_of(predicate.get("reason"), "reason")
        more = f", of the gate {gate} until {moment(predicate.get('until'), 'until')}: {reason!r}"
    return f"{word} of change {change} on {target}, {at}{more}"


def of_withdrawal(subjects, predicate):
    path, digest = text_of(subjects[0].get("name"), "name"), text_of(subjects[0]["digest"].get("sha256"), "sha256")
    need(isinstance(predicate.get("reason", ""), str), "its reason is no text")
    return f"withdrawal of {path} ({digest}), {moment(predicate.get('at'), 'at')}"


def said(payload):
    """What a statement says, in one line."""
    statement = read_json(payload, "the payload")
    need(statement.get("_type") == STATEMENT, "it is no Statement v1")
    subjects, predicate = statement.get("subject"), statement.get("predicate")
    has_digests(subjects)
    need(isinstance(predicate, dict) and predicate, "it has no predicate")
    kind = statement.get("predicateType")
    if kind == CHECK:
        return of_check(subjects, predicate)
    if kind == WITHDRAWAL:
        return of_withdrawal(subjects, predicate)
    need(kind in (APPROVAL, OVERRIDE), f"{kind} is no kind of statement")
    return of_consent(subjects, predicate, "override" if kind == OVERRIDE else "approval")


def main():
    if len(sys.argv) not in (3, 4):
        print(__doc__)
        return 2
    try:
        payload, signature = opened(pathlib.Path(sys.argv[1]).read_bytes())
        words = said(payload)
        names = signed_by(payload, signature, sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
    except Refused as why:
        print(f"{sys.argv[1]} counts for nothing: {why}")
        return 1
    print(ascii(f"{', '.join(names)}: {words}")[1:-1])
    return 0


if __name__ == "__main__":
    sys.exit(main())
