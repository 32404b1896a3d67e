"""Reads an event file of TensorBoard: every record's two checksums are verified, and its message is decoded by google.protobuf from TensorFlow's definitions."""
import json
import math
import struct
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FIELD = descriptor_pb2.FieldDescriptorProto


def message_classes():
    """tensorflow/core/util/event.proto and summary.proto, as far as scalars need them."""
    file = descriptor_pb2.FileDescriptorProto(name="event.proto", package="tensorflow", syntax="proto3")

    def add(name, *fields):
        message = file.message_type.add(name=name)
        for field, number, kind, label, of in fields:
            message.field.add(name=field, number=number, type=kind, label=label, type_name=of)

    one, many = FIELD.LABEL_OPTIONAL, FIELD.LABEL_REPEATED
    add("Value", ("tag", 1, FIELD.TYPE_STRING, one, None), ("simple_value", 2, FIELD.TYPE_FLOAT, one, None))
    add("Summary", ("value", 1, FIELD.TYPE_MESSAGE, many, ".tensorflow.Value"))
    add(
        "Event",
        ("wall_time", 1, FIELD.TYPE_DOUBLE, one, None),
        ("step", 2, FIELD.TYPE_INT64, one, None),
        ("file_version", 3, FIELD.TYPE_STRING, one, None),
        ("summary", 5, FIELD.TYPE_MESSAGE, one, ".tensorflow.Summary"),
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.MessageFactory(pool).GetPrototype(pool.FindMessageTypeByName("tensorflow.Event"))


def crc32c(data):
    """RFC 3720, bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283
event_class = message_classes()
told = []
with open(json.load(sys.stdin)["file"], "rb") as file:
    while head := file.read(12):
        length, head_crc = struct.unpack("<QI", head)
        assert head_crc == masked(head[:8]), "the checksum of a length is wrong"
        data = file.read(length)
        assert struct.unpack("<I", file.read(4))[0] == masked(data), "the checksum of a record is wrong"
        event = event_class.FromString(data)
        values = [[value.tag, None if math.isnan(value.simple_value) else value.simple_value] for value in event.summary.value]
        told.append({"wall_time": event.wall_time, "step": event.step, "file_version": event.file_version, "values": values})
json.dump(told, sys.stdout)
