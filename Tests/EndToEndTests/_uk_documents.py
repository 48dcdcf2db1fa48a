"""An API description as a judge of exchanges with the UK API.

An exchange has `method`, `path` (the one behind /open-banking/v3.1/aisp), `status`, `headers` and `body`.
"""

import json
import re
import uuid

import yaml
from openapi_schema_validator import OAS30Validator, oas30_format_checker


class Description:
    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            self.document = yaml.safe_load(file)
        # A transaction with Basic fields alone fits Basic and Detail, whose required fields are the
        # same, so that "exactly one of" would refuse every one of them.
        for schema in self.document["components"]["schemas"].values():
            if "oneOf" in schema:
                schema["anyOf"] = schema.pop("oneOf")

    def resolve(self, node):
        while "$ref" in node:
            target = self.document
            for name in node["$ref"].removeprefix("#/").split("/"):
                target = target[name]
            node = target
        return node

    def operation(self, method, path):
        for pattern, operations in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{[^/]+\}", "[^/]+", pattern), path):
                return operations.get(method.lower())
        return None

    def problems(self, exchange):
        status, body = exchange["status"], exchange.get("body") or ""
        headers = {name.lower(): value for name, value in exchange["headers"].items()}
        try:
            uuid.UUID(headers.get("x-fapi-interaction-id", ""))
        except ValueError:
            yield "x-fapi-interaction-id is missing or no UUID"
        operation = self.operation(exchange["method"], exchange["path"])
        if operation is None:
            if status not in (404, 405):
                yield f"{status} where there is nothing"
            return
        responses = {str(number): response for number, response in operation["responses"].items()}
        response = responses.get(str(status))
        if response is None:
            yield f"{status} is no status of this operation"
            return
        content = self.resolve(response).get("content")
        # 3.1.1 shows no body with 403, and the profile allows the error document.
        if content is None and status == 403 and body:
            content = {"application/json": {"schema": {"$ref": "#/components/schemas/OBErrorResponse1"}}}
        if content is None:
            if body:
                yield "there is a body, and there should be none"
            return
        if headers.get("content-type") != "application/json; charset=utf-8":
            yield f"content-type is {headers.get('content-type')}"
        try:
            value = json.loads(body)
        except ValueError as error:
            yield f"the body is not JSON: {error}"
            return
        # Later descriptions spell the charset in the name of the type.
        shown = next(shown for name, shown in content.items() if name.startswith("application/json"))
        schema = {**shown["schema"], "components": self.document["components"]}
        validator = OAS30Validator(schema, format_checker=oas30_format_checker)
        for error in validator.iter_errors(value):
            yield f"{error.json_path}: {error.message[:200]}"
