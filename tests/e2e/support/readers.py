#!/usr/bin/env python3
"""What three foreign readers make of envelopes: in_toto_attestation, securesystemslib and ssh-keygen.

    python3 readers.py FOLDER SIGNERS REVOKED

Prints JSON: for each file of the folder, what each reader refuses it for (null: it accepts it), and what it reads.
Nothing of stageline is used here.
"""

import base64
import json
import pathlib
import subprocess
import sys
import tempfile

import google.protobuf.json_format as pb_json
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope

NAMESPACE = "stageline-statement"
TEST_RESULT = "https://in-toto.io/attestation/test-result/v0.1"


def parsed(payload):
    """By in_toto_attestation: the statement, and the predicate where the package has a class of it."""
    statement = Statement.copy_from_pb(pb_json.Parse(payload, statement_pb2.Statement()))
    statement.validate()
    predicate = None
    if statement.pb.predicate_type == TEST_RESULT:
        whole = json.loads(payload)["predicate"]
        predicate = pb_json.ParseDict(whole, test_result_pb2.TestResult()).result
    return {"type": statement.pb.predicate_type, "subjects": len(statement.pb.subject), "result": predicate}


def enveloped(data):
    """By securesystemslib, of what Python's json makes of the file; the signatures as bytes."""
    envelope = Envelope.from_dict(json.loads(data.decode("utf-8")))
    return envelope, [bytes.fromhex(one.signature) for one in envelope.signatures.values()]


def armored(signature):
    text = base64.encodebytes(signature).decode()
    return f"-----BEGIN SSH SIGNATURE-----\n{text}-----END SSH SIGNATURE-----\n"


def verified(pae, signatures, signers, revoked):
    """By ssh-keygen: the principal whose signature it is. The first signature is the one that is looked at."""
    with tempfile.NamedTemporaryFile("w", suffix=".sig") as file:
        file.write(armored(signatures[0] if signatures else b""))
        file.flush()
        found = run(["-Y", "find-principals", "-f", signers, "-s", file.name], b"")
        who = found.stdout.decode().splitlines()
        if found.returncode != 0 or not who:
            raise ValueError(found.stderr.decode().strip() or "nobody's key")
        args = ["-Y", "verify", "-n", NAMESPACE, "-I", who[0], "-f", signers, "-s", file.name, "-r", revoked]
        done = run(args, pae)
        if done.returncode != 0:
            raise ValueError((done.stderr + done.stdout).decode().strip())
        return who[0]


def run(args, data):
    return subprocess.run(["ssh-keygen", *args], input=data, capture_output=True, check=False)


def asked(reader, *args):
    """What a reader says, and why it refuses."""
    try:
        return reader(*args), None
    except Exception as why:  # whatever it is that a reader raises, it does not accept
        return None, f"{type(why).__name__}: {why}"[:300]


def told(data, signers, revoked):
    both, no = asked(enveloped, data)
    out = {"securesystemslib": no, "in_toto_attestation": None, "ssh-keygen": None}
    if no is None:
        envelope, signatures = both
        out["pae"] = base64.b64encode(envelope.pae()).decode()
        out["statement"], out["in_toto_attestation"] = asked(parsed, envelope.payload)
        out["by"], out["ssh-keygen"] = asked(verified, envelope.pae(), signatures, signers, revoked)
    return out


def main():
    folder, signers, revoked = sys.argv[1:]
    files = sorted(pathlib.Path(folder).iterdir())
    print(json.dumps({file.name: told(file.read_bytes(), signers, revoked) for file in files}, indent=1))


if __name__ == "__main__":
    main()
