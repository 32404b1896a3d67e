#!/usr/bin/env python3
"""Makes data/rotated-images-idx3-ubyte and data/rotated-labels-idx1-ubyte for resnet18-transfer-body.yaml: images of Fashion-MNIST, a quarter of them each
turned by 0, 90, 180 and 270 degrees, and by how much (0 to 3). They are the 12,000 images that follow the 600 of resnet18-transfer.yaml; their labels are not read.

    python3 resnet18-transfer.py
"""
import gzip
import os
import struct

FIRST, COUNT, SIDE = 600, 12000, 28
here = os.path.dirname(os.path.abspath(__file__))
with gzip.open("/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz") as file:
    file.seek(16 + FIRST * SIDE * SIDE)
    pixels = file.read(COUNT * SIDE * SIDE)

os.makedirs(os.path.join(here, "data"), exist_ok=True)
with open(os.path.join(here, "data", "rotated-images-idx3-ubyte"), "wb") as images, open(os.path.join(here, "data", "rotated-labels-idx1-ubyte"), "wb") as labels:
    images.write(struct.pack(">4i", 0x803, COUNT, SIDE, SIDE))
    labels.write(struct.pack(">2i", 0x801, COUNT))
    for i in range(COUNT):
        image = pixels[i * SIDE * SIDE:(i + 1) * SIDE * SIDE]
        rows = [image[row * SIDE:(row + 1) * SIDE] for row in range(SIDE)]
        for _ in range(i % 4):
            rows = [bytes(column)[::-1] for column in zip(*rows)]
        images.write(b"".join(rows))
        labels.write(bytes([i % 4]))
