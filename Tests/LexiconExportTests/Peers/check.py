"""Checks exported schemas with widely used validators.

check.py schema SCHEMA            the schema is JSON Schema 2020-12
check.py openapi DOCUMENT         the document is OpenAPI 3.1
check.py values SCHEMA CASES      CASES is a list of {"schema": NAME, "value": …}; prints a list of
                                  true and false
check.py language SCHEMA DOCUMENTS  the schema is JSON Schema draft-07; prints whether it accepts each
                                  element of DOCUMENTS
"""

import json
import sys


def read(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def main(command, path, *more):
    document = read(path)
    if command == "openapi":
        from openapi_spec_validator import OpenAPIV31SpecValidator

        errors = list(OpenAPIV31SpecValidator(document).iter_errors())
        print(json.dumps([error.message[:400] for error in errors[:20]]))
        return
    from jsonschema import Draft7Validator, Draft202012Validator

    if command == "language":
        Draft7Validator.check_schema(document)
        validator = Draft7Validator(document)
        print(json.dumps([validator.is_valid(value) for value in read(more[0])]))
        return
    if command == "schema":
        Draft202012Validator.check_schema(document)
        print("[]")
        return
    results = []
    validators = {}
    for case in read(more[0]):
        name = case["schema"]
        if name not in validators:
            schema = {"$ref": "#/$defs/" + name, "$defs": document["$defs"]}
            validators[name] = Draft202012Validator(schema)
        results.append(validators[name].is_valid(case["value"]))
    print(json.dumps(results))


main(*sys.argv[1:])
