# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_sarif.py FILE...: each file is one SARIF 2.1.0 log, by the rules of the standard's
schema for the parts that librace writes: which properties an object may and must have (none
but those the schema names), their types and least values, arrays whose items must differ;
and by what code scanning asks beyond: a line for each result, descriptions and help for each
rule. Prints the results for FileCheck."""
import json
import sys
import urllib.parse

TEXT, COUNT = (str, lambda v: v), (int, lambda v: v > 0)
LEVEL = (str, lambda v: v in ("none", "note", "warning", "error"))


def array(kind, least=0, unique=False):
    def check(value):
        told = [json.dumps(item, sort_keys=True) for item in value]
        assert not unique or len(set(told)) == len(told), value
        return len(value) >= least and all(fits(kind, item) for item in value)
    return (list, check)


def obj(required, optional=None):
    known = {**required, **(optional or {})}

    def check(value):
        assert set(required) <= set(value) <= set(known), (sorted(value), sorted(known))
        return all(fits(known[name], item) for name, item in value.items())
    return (dict, check)


def fits(kind, value):
    kind_type, check = kind
    assert isinstance(value, kind_type) and not isinstance(value, bool), (kind_type, value)
    assert check(value), value
    return True


def is_uri(value):
    parts = urllib.parse.urlsplit(value)
    return parts.scheme in ("", "file") and not set(value) & set(' "<>\\^`{|}') and parts.path


message = obj({"text": TEXT})
location = obj({}, {
    "physicalLocation": obj({"artifactLocation": obj({"uri": (str, is_uri)})},
                            {"region": obj({"startLine": COUNT}, {"startColumn": COUNT})}),
    "logicalLocations": array(obj({"fullyQualifiedName": TEXT}, {"kind": TEXT}), unique=True),
    "message": message,
})
flow = obj({"locations": array(obj({"location": location}), 1)}, {"id": TEXT})
RULES = ("data-race", "deadlock", "lock-misuse", "thread-leak", "lock-order-inversion", "signal-unsafe",
         "thread-dump")
result = obj({
    "ruleId": (str, lambda v: v in RULES), "level": (str, lambda v: v in ("error", "note")),
    "message": message, "locations": array(location),
    "relatedLocations": array(location, unique=True),
    "partialFingerprints": (dict, lambda v: v and all(fits(TEXT, t) for t in v.values())),
}, {"codeFlows": array(obj({"threadFlows": array(flow, 1)}), 1)})
rule = obj({"id": TEXT, "shortDescription": message, "fullDescription": message,
            "help": message, "defaultConfiguration": obj({"level": LEVEL})})
log = obj({
    "$schema": TEXT, "version": (str, lambda v: v == "2.1.0"),
    "runs": array(obj({
        "tool": obj({"driver": obj({"name": TEXT, "rules": array(rule, 1, unique=True)})}),
        "results": array(result),
    }), 1),
})

for path in sys.argv[1:]:
    document = json.load(open(path, encoding="utf-8"))
    fits(log, document)
    run = document["runs"][0]
    results, rules = run["results"], [r["id"] for r in run["tool"]["driver"]["rules"]]
    assert sorted(rules) == sorted(RULES), rules
    for found in results:
        assert (found["level"] == "note") == (found["ruleId"] == "thread-dump")
        if not found["locations"] or "physicalLocation" not in found["locations"][0]:
            # Of a dump: what has no source, and who waits for whom.
            assert found["ruleId"] in ("thread-dump", "deadlock")
            print("result:", found["message"]["text"])
            continue
        # Code scanning shows a result at its first location and wants a line there.
        place = found["locations"][0]["physicalLocation"]
        print("result:", found["message"]["text"], "at",
              place["artifactLocation"]["uri"].rsplit("/", 1)[-1], place["region"]["startLine"])
        print("related:", *(r["message"]["text"] for r in found["relatedLocations"]), sep=" | ")
        print("flows:", *("<".join(step["location"]["logicalLocations"][0]["fullyQualifiedName"]
                                   for step in thread["locations"])
                          for thread in found["codeFlows"][0]["threadFlows"]))
    print("results:", len(results))
