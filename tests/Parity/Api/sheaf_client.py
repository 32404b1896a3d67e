"""One scenario against a silo's API. Input: {address, descriptors: FileDescriptorSet in base64, scenario, arguments}; output: what was seen, as JSON."""
import base64
import json
import sys

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2  # noqa: F401  (the last registers an import of ours)

GUARD = 100  # seconds, so that a test that goes wrong ends

given = json.load(sys.stdin)
arguments = given["arguments"]
pool = descriptor_pool.Default()
services = {}
for file in descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(given["descriptors"])).file:
    if not file.name.startswith("google/protobuf/"):
        pool.AddSerializedFile(file.SerializeToString())
        for service in pool.FindFileByName(file.name).services_by_name.values():
            services[service.name] = service


def message(descriptor):
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory(pool).GetPrototype(descriptor)


class Call:
    """A method by the names in the proto: Call("Experiments", "Watch")(experiment_id="x")."""

    def __init__(self, service, method):
        self.descriptor = services[service].methods_by_name[method]
        streams = descriptor_pb2.MethodDescriptorProto()
        self.descriptor.CopyToProto(streams)
        kind = channel.unary_stream if streams.server_streaming else channel.unary_unary
        self.call = kind(f"/{services[service].full_name}/{method}", request_serializer=lambda m: m.SerializeToString(),
                         response_deserializer=message(self.descriptor.output_type).FromString)

    def __call__(self, timeout=GUARD, compression=None, **fields):
        return self.call(message(self.descriptor.input_type)(**fields), timeout=timeout, compression=compression)


def failure(call):
    try:
        call()
    except grpc.RpcError as error:
        return {"code": error.code().name, "message": error.details(), "trailers": dict(error.trailing_metadata() or ())}
    return {"code": "OK"}


def code(call):
    return {"code": failure(call)["code"]}


def state_name(state):
    return pool.FindEnumTypeByName("sheaf.v1.State").values_by_number[state].name


def violation(v):
    return {"key": v.key, "line": v.line, "column": v.column, "message": v.message}


def submit():
    answer = Call("Experiments", "Submit")(experiment_id=arguments["id"], spec_yaml=arguments["spec"], base_path=arguments["folder"])
    described = Call("Experiments", "Describe")(experiment_id=arguments["id"])
    return {"name": answer.experiment.name, "described_spec": described.spec_yaml}


def follow():
    submit()
    last = None
    for update in Call("Experiments", "Watch")(experiment_id=arguments["id"]):
        if update.WhichOneof("kind") == "experiment":
            last = update.experiment
    steps = [step.step for step in Call("Experiments", "Metrics")(experiment_id=arguments["id"])]
    return {"state": state_name(last.state), "weights": last.result.weights_sha256, "steps": steps}


def download():
    files, name, sizes = {}, None, {}
    for chunk in Call("Checkpoints", "Download")(experiment_id=arguments["id"]):
        assert len(chunk.data) <= 64 * 1024
        if chunk.file:
            name = chunk.file
            files[name], sizes[name] = b"", chunk.size
        files[name] += chunk.data
    assert {name: len(data) for name, data in files.items()} == sizes
    return {name: base64.b64encode(data).decode() for name, data in files.items()}


def deadline():
    return code(lambda: list(Call("Experiments", "Watch")(experiment_id=arguments["id"], timeout=0.5)))


def cancel():
    watching = Call("Experiments", "Watch")(experiment_id=arguments["id"])
    assert next(watching).experiment.id == arguments["id"]
    watching.cancel()
    return code(lambda: list(watching))


def violations():
    spec = {"spec_yaml": arguments["spec"], "base_path": arguments["folder"]}
    seen = failure(lambda: Call("Experiments", "Submit")(experiment_id=arguments["id"], **spec))
    detail = message(pool.FindMessageTypeByName("sheaf.v1.Violations")).FromString(seen["trailers"]["sheaf-violations-bin"])
    validated = Call("Experiments", "Validate")(**spec)
    return {"code": seen["code"], "violations": [violation(v) for v in detail.violations], "validated": [violation(v) for v in validated.violations]}


def describe():
    seen = failure(lambda: Call("Experiments", "Describe")(experiment_id=arguments["id"]))
    return {"code": seen["code"], "message": seen.get("message")}


def pause():
    return code(lambda: Call("Experiments", "Pause")(experiment_id=arguments["id"]))


def oversized():
    seen = code(lambda: Call("Experiments", "Validate")(spec_yaml="#" * arguments["bytes"], base_path=arguments["folder"]))
    return {**seen, "then": Call("Cluster", "Ping")().name}


def unknown_method():
    plain = channel.unary_unary("/sheaf.v1.Experiments/NoSuchMethod", request_serializer=bytes, response_deserializer=bytes)
    return code(lambda: plain(b"", timeout=GUARD))


def compressed():
    answer = Call("Experiments", "Validate")(spec_yaml=arguments["spec"], base_path=arguments["folder"], compression=grpc.Compression.Gzip)
    return {"violations": len(answer.violations)}


with grpc.insecure_channel(given["address"]) as channel:
    json.dump(globals()[given["scenario"]](), sys.stdout)
