"""Small images with ICC profiles, and what Pillow's ImageCms (Little CMS) makes of them in sRGB, relative colorimetric
with black point compensation, for Tests/ImagesTests/ColorProfileTests.swift.

    python3 -m venv .venv
    .venv/bin/pip install pillow==13.0.0 numpy
    .venv/bin/python scripts/golden/profiles.py
"""

import io
import json
import struct
import zlib
from pathlib import Path

import numpy
from PIL import Image, ImageCms

FOLDER = Path(__file__).resolve().parents[2] / "Tests/ImagesTests/Golden"
D50 = (0.9642, 1.0, 0.8249)
BRADFORD = numpy.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])


def fixed(*values):
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def profile(kind, space, connection, tags):
    """An ICC profile of version 2 (ICC.1:2001-04)."""
    text = b"made for tests\0"
    tags = {
        "desc": b"desc\0\0\0\0" + struct.pack(">I", len(text)) + text + bytes(78),
        "cprt": b"text\0\0\0\0none\0",
        "wtpt": b"XYZ \0\0\0\0" + fixed(*D50),
        **tags,
    }
    table, content, start = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += name.encode() + struct.pack(">II", start + len(content), len(data))
        content += data + bytes(-len(data) % 4)
    header = struct.pack(">I4xI4s4s4s12x4s", start + len(content), 0x02200000, kind, space, connection, b"acsp")
    header = (header + bytes(27)).ljust(68, b"\0")[:68] + fixed(*D50)
    return header.ljust(128, b"\0") + table + content


def curve(gamma):
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))


def table(values):
    return b"curv\0\0\0\0" + struct.pack(">I", len(values)) + b"".join(struct.pack(">H", round(65535 * v)) for v in values)


def srgb_curve(count=1024):
    v = numpy.arange(count) / (count - 1)
    return table(numpy.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4))


def rgb_profile(primaries, response, white=(0.3127, 0.3290)):
    """Takes x and y of the primaries; adapts colours from the white to D50."""

    def xyz(x, y):
        return numpy.array([x / y, 1, (1 - x - y) / y])

    columns = numpy.array([xyz(*p) for p in primaries]).T
    columns = columns * numpy.linalg.solve(columns, xyz(*white))
    gains = (BRADFORD @ numpy.array(D50)) / (BRADFORD @ xyz(*white))
    columns = numpy.linalg.inv(BRADFORD) @ numpy.diag(gains) @ BRADFORD @ columns
    tags = {f"{c}XYZ": b"XYZ \0\0\0\0" + fixed(*columns[:, i]) for i, c in enumerate("rgb")}
    return profile(b"mntr", b"RGB ", b"XYZ ", {**tags, **{f"{c}TRC": response for c in "rgb"}})


def gray_profile(response):
    return profile(b"mntr", b"GRAY", b"XYZ ", {"kTRC": response})


def cmyk_profile(grid=5):
    """An 8-bit lookup table to Lab, of inks that absorb light like ink on paper, unlike the complements of sRGB."""
    axis = numpy.arange(grid) / (grid - 1)
    c, m, y, k = numpy.meshgrid(axis, axis, axis, axis, indexing="ij")
    paper = numpy.array([0.88, 0.9, 0.75])
    inks = [(c, (0.12, 0.45, 0.75)), (m, (0.6, 0.12, 0.35)), (y, (0.92, 0.95, 0.1)), (k, (0.06, 0.06, 0.06))]
    light = numpy.ones(c.shape + (3,)) * paper
    for amount, passed in inks:
        light = light * (1 - amount[..., None] * (1 - numpy.array(passed)))
    xyz = light @ numpy.array([[0.4361, 0.2225, 0.0139], [0.3851, 0.7169, 0.0971], [0.1431, 0.0606, 0.7141]])
    ratio = numpy.cbrt(xyz / numpy.array(D50))
    lab = numpy.stack(
        [116 * ratio[..., 1] - 16, 500 * (ratio[..., 0] - ratio[..., 1]), 200 * (ratio[..., 1] - ratio[..., 2])], -1)
    coded = numpy.clip(numpy.round(lab * [2.55, 1, 1] + [0, 128, 128]), 0, 255).astype(numpy.uint8)
    straight = bytes(range(256))
    lut = b"mft1\0\0\0\0" + bytes([4, 3, grid, 0]) + fixed(1, 0, 0, 0, 1, 0, 0, 0, 1)
    lut += straight * 4 + coded.tobytes() + straight * 3
    return profile(b"prtr", b"CMYK", b"Lab ", {"A2B0": lut})


P3 = [(0.680, 0.320), (0.265, 0.690), (0.150, 0.060)]
ADOBE = [(0.64, 0.33), (0.21, 0.71), (0.15, 0.06)]
SRGB = [(0.64, 0.33), (0.30, 0.60), (0.15, 0.06)]


def picture(channels, side=8):
    """Corners of the space, a gray ramp, and random colours."""
    values = numpy.random.default_rng(channels).integers(0, 256, (side, side, channels))
    corners = numpy.array(numpy.meshgrid(*[[0, 255]] * channels)).T.reshape(-1, channels)
    values.reshape(-1, channels)[: len(corners)] = corners
    values[side - 1] = numpy.linspace(0, 255, side).round()[:, None]
    return values.astype(numpy.uint8)


def write_png16(path, pixels, icc):
    """Writes 16-bit colours, which Pillow cannot."""
    height, width, _ = pixels.shape

    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0))
        + chunk(b"iCCP", b"profile\0\0" + zlib.compress(icc)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def in_srgb(image, icc):
    converted = numpy.asarray(
        ImageCms.profileToProfile(
            image, ImageCms.ImageCmsProfile(io.BytesIO(icc)), ImageCms.createProfile("sRGB"), renderingIntent=1,
            outputMode="RGB",
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION | ImageCms.Flags.NOOPTIMIZE))
    # Pillow has no gray sRGB: one of three equal channels is kept.
    return converted[..., :1] if image.mode == "L" else converted


def main():
    expected = {}

    def add(name, image, icc, **options):
        image.save(FOLDER / name, icc_profile=icc, **options)
        expected[name] = in_srgb(Image.open(FOLDER / name), icc).ravel().tolist()

    add("profile-p3.png", Image.fromarray(picture(3)), rgb_profile(P3, srgb_curve()))
    add("profile-adobe.png", Image.fromarray(picture(3)), rgb_profile(ADOBE, curve(2.19921875)))
    add("profile-gray.png", Image.fromarray(picture(1)[..., 0]), gray_profile(curve(1.8)))
    inks = Image.fromarray(picture(4, side=16), "CMYK")
    add("profile-cmyk.jpg", inks, cmyk_profile(), quality=100, subsampling=0)

    # Another vendor's profile of sRGB: nothing changes.
    pixels = picture(3)
    Image.fromarray(pixels).save(FOLDER / "profile-srgb.png", icc_profile=rgb_profile(SRGB, srgb_curve()))
    expected["profile-srgb.png"] = pixels.ravel().tolist()

    # 16 bits, every value between two others of 8 bits.
    pixels = picture(3).astype(numpy.int64) * 257
    write_png16(FOLDER / "profile-p3-16.png", pixels, rgb_profile(P3, srgb_curve()))
    expected["profile-p3-16.png"] = expected["profile-p3.png"]

    lines = [f"{json.dumps(name)}: {json.dumps(values, separators=(',', ':'))}" for name, values in expected.items()]
    (FOLDER / "profiles.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")
    print(f"{len(expected)} images")


if __name__ == "__main__":
    main()
