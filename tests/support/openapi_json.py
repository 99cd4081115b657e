"""openapi.yaml as JSON, for the C++ tests that hold the server to it: openapi_json.py IN OUT."""
import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as source, open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(yaml.safe_load(source), target)
