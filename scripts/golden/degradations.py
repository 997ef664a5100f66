"""Golden files of PyTorch's interpolation, for Tests/ImagesTests, and of blur kernels and blurring, for
Tests/DatasetsTests.

    python3 -m venv .venv
    .venv/bin/pip install torch numpy pillow==13.0.0
    .venv/bin/python scripts/golden/degradations.py
"""

import json
import math
from pathlib import Path

import numpy
import torch
from PIL import Image
from torch.nn import functional

TESTS = Path(__file__).resolve().parents[2] / "Tests"
IMAGES = TESTS / "ImagesTests/Golden"
DATASETS = TESTS / "DatasetsTests/Golden"

# Real-ESRGAN's kernels: kind, side, deviations along the two axes, rotation, exponent.
BELLS = [
    ("gaussian", 7, 0.2, 0.2, 0, 1),
    ("gaussian", 9, 1.3, 1.3, 0, 1),
    ("gaussian", 13, 2.6, 0.7, 0.6, 1),
    ("gaussian", 11, 0.9, 3.0, -2.4, 1),
    ("gaussian", 9, 1.5, 1.5, 0, 0.5),
    ("gaussian", 13, 2.0, 1.0, 1.1, 3.7),
    ("plateau", 9, 1.2, 1.2, 0, 1),
    ("plateau", 13, 2.9, 0.4, 2.2, 1.9),
]
SINCS = [(7, math.pi / 3), (13, math.pi / 5), (21, 0.7 * math.pi), (9, math.pi)]


def grid(size):
    axis = numpy.arange(size) - (size - 1) / 2
    return numpy.meshgrid(axis, axis)  # to the right, down


def bell(kind, size, first, second, rotation, exponent):
    turn = numpy.array([[math.cos(rotation), -math.sin(rotation)], [math.sin(rotation), math.cos(rotation)]])
    inverse = numpy.linalg.inv(turn @ numpy.diag([first**2, second**2]) @ turn.T)
    places = numpy.stack(grid(size), -1)
    power = numpy.einsum("...i,ij,...j->...", places, inverse, places) ** exponent
    values = numpy.exp(-0.5 * power) if kind == "gaussian" else 1 / (1 + power)
    return values / values.sum()


def sinc(size, cutoff):
    x, y = grid(size)
    distance = numpy.sqrt(x * x + y * y)
    distance[size // 2, size // 2] = 1  # replaced below
    bessel = torch.special.bessel_j1(torch.from_numpy(cutoff * distance)).numpy()
    values = cutoff * bessel / (2 * math.pi * distance)
    values[size // 2, size // 2] = cutoff**2 / (4 * math.pi)
    return values / values.sum()


def write_kernels():
    cases = []
    for kind, size, first, second, rotation, exponent in BELLS:
        weights = bell(kind, size, first, second, rotation, exponent)
        cases.append({"kind": kind, "size": size, "first": first, "second": second, "rotation": rotation,
                      "exponent": exponent, "weights": weights})
    for size, cutoff in SINCS:
        cases.append({"kind": "sinc", "size": size, "cutoff": cutoff, "weights": sinc(size, cutoff)})
    for case in cases:
        case["weights"] = [round(float(weight), 10) for weight in case["weights"].ravel()]
    lines = ",\n".join(json.dumps(case) for case in cases)
    (DATASETS / "kernels.json").write_text(f"[\n{lines}\n]\n")


def write_blurs():
    """Resizes ImagesTests' "rgb" in 0...1; writes rows of little-endian float32."""
    pixels = torch.from_numpy(numpy.asarray(Image.open(IMAGES / "rgb.png")).astype(numpy.float64) / 255)
    planes = pixels.permute(2, 0, 1).unsqueeze(1)
    for name, weights in (("gaussian", bell("gaussian", 13, 2.6, 0.7, 0.6, 1)), ("sinc", sinc(21, math.pi / 5))):
        margin = weights.shape[0] // 2
        padded = functional.pad(planes, [margin] * 4, mode="reflect")
        kernel = torch.from_numpy(weights)[None, None]
        blurred = functional.conv2d(padded, kernel).squeeze(1).permute(1, 2, 0)
        (DATASETS / f"blurred-{name}.f32").write_bytes(blurred.numpy().astype("<f4").tobytes())


def write_interpolations():
    pixels = torch.from_numpy(numpy.asarray(Image.open(IMAGES / "gray.png")).astype(numpy.float64) / 255)
    for mode, name in (("area", "box"), ("bilinear", "bilinear"), ("bicubic", "bicubic")):
        for width, height in ((37, 29), (11, 8), (7, 30)):
            resized = functional.interpolate(pixels[None, None], size=(height, width), mode=mode).clamp(0, 1)
            path = IMAGES / f"pytorch-{name}-{width}x{height}.f32"
            path.write_bytes(resized.numpy().astype("<f4").tobytes())


if __name__ == "__main__":
    DATASETS.mkdir(parents=True, exist_ok=True)
    write_kernels()
    write_blurs()
    write_interpolations()
