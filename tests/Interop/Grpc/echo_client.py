"""One scenario against the echo server, its result as one line of JSON: echo_client.py ADDRESS DESCRIPTOR_SET_BASE64 SCENARIO."""
import base64
import json
import sys

import grpc
from google.protobuf import any_pb2  # noqa: F401  (registers the import of echo.proto)
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

address, descriptor, scenario = sys.argv[1:]
pool = descriptor_pool.Default()
for file in descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(descriptor)).file:
    pool.AddSerializedFile(file.SerializeToString())
PACKAGE = "sheaf.tests.interop."
GUARD = 60  # seconds, so that a test that goes wrong ends


def message(name):
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName(PACKAGE + name))


Text, Amount, Failure, Violations, RichStatus = map(message, ("Text", "Amount", "Failure", "Violations", "RichStatus"))


def method(channel, kind, name, response=Text):
    return getattr(channel, kind)(f"/{PACKAGE}Echo/{name}", request_serializer=lambda m: m.SerializeToString(), response_deserializer=response.FromString)


def metadata(entries):
    return {k: v.hex() if isinstance(v, bytes) else v for k, v in entries}


def code_of(call):
    try:
        call()
    except grpc.RpcError as error:
        return {"code": error.code().name}
    return {"code": "OK"}


def unary(channel):
    sent = (("x-text", "plain"), ("x-bytes-bin", bytes([0, 255, 128, 10, 13])))
    answer, call = method(channel, "unary_unary", "Say").with_call(Text(text="hello"), metadata=sent, timeout=GUARD)
    return {"text": answer.text, "headers": metadata(call.initial_metadata()), "trailers": metadata(call.trailing_metadata())}


def server_streaming(channel):
    return {"counts": [m.count for m in method(channel, "unary_stream", "Count", Amount)(Amount(count=100), timeout=GUARD)]}


def client_streaming(channel):
    words = (Text(text=word) for word in ("one", "two", "three"))
    return {"text": method(channel, "stream_unary", "Collect")(words, timeout=GUARD).text}


def duplex(channel):
    words = (Text(text=word) for word in ("ping", "pong"))
    return {"texts": [m.text for m in method(channel, "stream_stream", "Chat")(words, timeout=GUARD)]}


def deadline(channel):
    return code_of(lambda: method(channel, "unary_unary", "Hang")(Text(), timeout=0.2))


def cancel(channel):
    call = method(channel, "unary_stream", "Count", Amount)(Amount(endless=True), timeout=GUARD)
    assert [next(call).count for _ in range(3)] == [0, 1, 2]
    call.cancel()
    return code_of(lambda: [m for m in call])


def server_cancels(channel):
    return code_of(lambda: method(channel, "unary_unary", "Fail")(Failure(code=grpc.StatusCode.CANCELLED.value[0], message="gave up"), timeout=GUARD))


def failure(channel):
    sent = Failure(code=grpc.StatusCode.FAILED_PRECONDITION.value[0], message="generation 3 is stale \u2713", violations=["a", "b"])
    try:
        method(channel, "unary_unary", "Fail")(sent, timeout=GUARD)
    except grpc.RpcError as error:
        rich = RichStatus.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
        detail = Violations()
        assert rich.details[0].Unpack(detail)
        return {"code": error.code().name, "message": error.details(), "rich_code": rich.code, "violations": list(detail.violations)}
    return {"code": "OK"}


def over_the_servers_limit(channel):
    return code_of(lambda: method(channel, "unary_unary", "Say")(Text(data=bytes(64 * 1024 + 1)), timeout=GUARD))


def over_the_clients_limit(channel):
    return code_of(lambda: method(channel, "unary_unary", "Inflate")(Amount(size=2 * 1024 * 1024), timeout=GUARD))


def unknown_method(channel):
    return code_of(lambda: method(channel, "unary_unary", "NoSuchMethod")(Text(), timeout=GUARD))


def compressed(channel):
    say = method(channel, "unary_unary", "Say")
    return {"length": len(say(Text(text="x" * 50_000), timeout=GUARD, compression=grpc.Compression.Gzip).text)}


with grpc.insecure_channel(address, options=[("grpc.max_receive_message_length", 1024 * 1024)]) as channel:
    print(json.dumps(globals()[scenario](channel)))
