#!/usr/bin/env bash
# The Python package `age` cannot open about one in five of the files that rage writes: it trips over their random
# stanzas.
# Needs bash, Python 3.9 or later with pip. Downloads 10 MB; takes about 10 s.
set -euo pipefail

AGE=0.5.1
PYRAGE=1.4.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
timeout 300 python3 -m pip install --quiet --root-user-action=ignore --disable-pip-version-check --target python \
  "age==$AGE" "pyrage==$PYRAGE"

cat >probe.py <<'PY'
import contextlib
import io
import sys

import pyrage
from age.file import Decryptor
from age.keys.agekey import AgePrivateKey

identity = pyrage.x25519.Identity.generate()
key = AgePrivateKey.from_private_string(str(identity))
opened = {'pyrage': 0, 'age': 0}
causes = set()
for _ in range(400):
    file = pyrage.encrypt(b'kept', [identity.to_public()])
    opened['pyrage'] += pyrage.decrypt(file, [identity]) == b'kept'
    try:
        with contextlib.redirect_stderr(io.StringIO()), Decryptor([key], io.BytesIO(file)) as reader:
            opened['age'] += reader.read() == b'kept'
    except Exception as error:
        causes.add(f'{type(error).__name__}: {error}')
print(f"SEEN      of 400 files, pyrage opens {opened['pyrage']}, age opens {opened['age']} ({', '.join(sorted(causes))})")
sys.exit(0 if opened['pyrage'] == 400 and 200 < opened['age'] < 390 else 1)
PY

echo "VERSION   age $AGE (PyPI), pyrage $PYRAGE (Python bindings of rage)"
cat <<'TEXT'
EXPECTED  400 and 400: the age format (C2SP, age.md, "Header") lets a file hold stanzas of types that a reader does not
          know, and the reader must ignore them. rage adds one with a random name and body to each header, to keep
          readers tolerant; the header's MAC covers it, and `age` writes the header anew to compute that MAC.
TEXT
PYTHONPATH=python timeout 60 python3 -W ignore probe.py
