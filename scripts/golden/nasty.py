"""Checksums of the pixels of PngSuite, of libjpeg-turbo's test images and of photographs in all EXIF orientations, for
Tests/ImagesTests/NastyFileTests.swift.

    python3 -m venv .venv
    .venv/bin/pip install pillow==13.0.0 pypng==0.20220715.0 numpy
    GUISE_DATA=... .venv/bin/python scripts/golden/nasty.py

Pillow decodes JPEG and BMP files, and PNG files of up to 8 bits. pypng decodes all PNG files, because Pillow reduces 16 bits to
8; up to 8 bits, the two must agree. If a PNG file has a gamma but neither a profile nor an sRGB chunk, pypng's samples
are converted to sRGB by the formula of IEC 61966-2-1, unless the gamma is within 5 % of 1/2.2.

A file's entry is its width, height, channels, bits per sample, and the CRC-32 of all samples, those of 16 bits with the
low byte first; for a file that readers should refuse, it is null.
"""

import json
import os
import struct
import zlib
from pathlib import Path

import numpy
import png
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("GUISE_DATA", ROOT / "../shared/data")) / "nasty"


def chunks(path):
    data, position = path.read_bytes(), 8
    while position + 8 <= len(data):
        (size,) = struct.unpack(">I", data[position : position + 4])
        yield data[position + 4 : position + 8].decode("latin1"), data[position + 8 : position + 8 + size]
        position += 12 + size


def by_pypng(path):
    reader = png.Reader(filename=str(path))
    reader.preamble()
    reader.sbit = None  # the number of significant bits, by which pypng would scale
    width, height, rows, info = reader.asDirect()
    depth, channels = info["bitdepth"], info["planes"]
    samples = numpy.array([list(row) for row in rows], dtype=numpy.int64).reshape(height, width, channels)
    if depth == 16:
        return samples.astype(numpy.uint16)
    return (samples * 255 // (2**depth - 1)).astype(numpy.uint8)


def by_pillow(path):
    image = Image.open(path)
    if image.mode in ("1", "L") and "transparency" not in image.info:
        image = image.convert("L")
    elif image.mode in ("P", "RGB", "RGBA"):
        transparent = image.mode == "RGBA" or "transparency" in image.info
        image = image.convert("RGBA" if transparent else "RGB")
    elif image.mode != "LA":
        return None  # gray with a transparent shade, or 16 bits
    pixels = numpy.asarray(image)
    return pixels if pixels.ndim == 3 else pixels[..., None]


def in_srgb(pixels, gamma):
    """Converts through linear light, leaving alpha as it is; rounds results to float32."""
    largest = numpy.iinfo(pixels.dtype).max
    colors = pixels.shape[-1] - (1 - pixels.shape[-1] % 2)
    light = (pixels[..., :colors] / largest) ** (1 / gamma)
    values = numpy.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055).astype(numpy.float32)
    result = pixels.copy()
    result[..., :colors] = numpy.floor(values.astype(numpy.float64) * largest + 0.5)
    return result


def read_png(path):
    pixels = by_pypng(path)
    if pixels.dtype == numpy.uint8:
        other = by_pillow(path)
        assert other is None or numpy.array_equal(pixels, other), f"{path}: the references differ"
    found = dict(chunks(path))
    if "gAMA" in found and "sRGB" not in found and "iCCP" not in found:
        gamma = struct.unpack(">I", found["gAMA"])[0] / 100000
        if abs(gamma * 2.2 - 1) > 0.05:
            pixels = in_srgb(pixels, gamma)
    return pixels


def read_jpeg(path):
    pixels = numpy.asarray(ImageOps.exif_transpose(Image.open(path)))
    return pixels if pixels.ndim == 3 else pixels[..., None]


def entry(path):
    name = path.name
    if path.suffix not in (".png", ".jpg", ".bmp") or name == "monkey12.jpg":
        return None
    if path.parent.parent.name == "pngsuite" and name.startswith("x"):
        return None
    read = {".png": read_png, ".jpg": read_jpeg, ".bmp": by_pillow}
    pixels = read[path.suffix](path)
    height, width, channels = pixels.shape
    samples = pixels.astype("<u2" if pixels.dtype == numpy.uint16 else "u1").tobytes()
    return [width, height, channels, 8 * pixels.itemsize, f"{zlib.crc32(samples):08x}"]


def main():
    folders = ["exif-orientation", "libjpeg-turbo", "pngsuite/png"]
    files = sorted(path for folder in folders for path in (DATA / folder).iterdir())
    lines = [f"{json.dumps(str(path.relative_to(DATA)))}: {json.dumps(entry(path))}" for path in files]
    golden = ROOT / "Tests/ImagesTests/Golden/nasty.json"
    golden.write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{golden.relative_to(ROOT)}: {len(lines)} files")


if __name__ == "__main__":
    main()
