# SPDX-License-Identifier: Apache-2.0
"""Writes TensorFlow checkpoints (version 2) from tensors, with checksums that hold."""
import struct

TABLE = []
for byte in range(256):
    for _ in range(8):
        byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
    TABLE.append(byte)


def masked_crc(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc = TABLE[(crc ^ byte) & 255] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17 & 0xFFFFFFFF) + 0xA282EAD8) & 0xFFFFFFFF


def varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(tag, value):
    return varint(tag << 3) + varint(value)


def message(tag, value):
    return varint(tag << 3 | 2) + varint(len(value)) + value


def record(key, value):
    return varint(0) + varint(len(key)) + varint(len(value)) + key + value


def block(entries):
    text = entries + struct.pack("<II", 0, 1) + b"\0"
    return text + struct.pack("<I", masked_crc(text))


def table(entries):
    """Entries are (key, value), sorted."""
    text = block(b"".join(record(key, value) for key, value in entries))
    index = block(record(b"\xff", varint(0) + varint(len(text) - 5)))
    footer = varint(0) + varint(0) + varint(len(text)) + varint(len(index) - 5)
    return text + index + footer.ljust(40, b"\0") + struct.pack("<Q", 0xDB4775248B80FB57)


def checkpoint(tensors):
    """Of {name: (data type, shape, bytes)}: the index and the one data file."""
    data, entries = b"", [(b"", number(1, 1) + message(3, number(1, 1)))]
    for name, (kind, shape, content) in sorted(tensors.items()):
        sizes = b"".join(message(2, number(1, size)) for size in shape)
        entries.append((name.encode(), number(1, kind) + message(2, sizes) + number(4, len(data)) + number(5, len(content))
                        + varint(6 << 3 | 5) + struct.pack("<I", masked_crc(content))))
        data += content
    return table(entries), data
