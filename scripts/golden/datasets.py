"""Writes small data sets in the forms of MNIST and CIFAR-10: each value is a formula of its place, which tests know."""

import gzip
import pathlib
import struct

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/DatasetsTests/Golden/Labelled"


def digits():
    count, height, width = 6, 5, 4
    pixels = bytes((index * 31 + y * 7 + x) % 256 for index in range(count) for y in range(height) for x in range(width))
    images = struct.pack(">BBBBIII", 0, 0, 8, 3, count, height, width) + pixels
    labels = struct.pack(">BBBBI", 0, 0, 8, 1, count) + bytes(index % 3 for index in range(count))
    (FOLDER / "t10k-images-idx3-ubyte").write_bytes(images)
    (FOLDER / "t10k-labels-idx1-ubyte").write_bytes(labels)
    (FOLDER / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(images, mtime=0))
    (FOLDER / "train-labels-idx1-ubyte.gz").write_bytes(gzip.compress(labels, mtime=0))


def pictures():
    records = b""
    for index in range(2):
        records += bytes([index + 3])
        records += bytes((index * 5 + plane * 64 + y + x) % 256 for plane in range(3) for y in range(32) for x in range(32))
    (FOLDER / "data_batch_1.bin").write_bytes(records)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    digits()
    pictures()
