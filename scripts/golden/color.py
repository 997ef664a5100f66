"""Golden file of scikit-image's CIE Lab and CIEDE2000, for Tests/ImagesTests.

    python3 -m venv .venv
    .venv/bin/pip install scikit-image==0.26.0 pillow numpy
    .venv/bin/python scripts/golden/color.py
"""

import json
from pathlib import Path

import numpy
from PIL import Image
from skimage.color import deltaE_ciede2000, rgb2lab

FOLDER = Path(__file__).resolve().parents[2] / "Tests/ImagesTests/Golden"

# The test data of Sharma, Wu and Dalal (2005), table 1: two colours, each L, a and b, and their difference.
PAIRS = """
50.0000 2.6772 -79.7751 50.0000 0.0000 -82.7485 2.0425
50.0000 3.1571 -77.2803 50.0000 0.0000 -82.7485 2.8615
50.0000 2.8361 -74.0200 50.0000 0.0000 -82.7485 3.4412
50.0000 -1.3802 -84.2814 50.0000 0.0000 -82.7485 1.0000
50.0000 -1.1848 -84.8006 50.0000 0.0000 -82.7485 1.0000
50.0000 -0.9009 -85.5211 50.0000 0.0000 -82.7485 1.0000
50.0000 0.0000 0.0000 50.0000 -1.0000 2.0000 2.3669
50.0000 -1.0000 2.0000 50.0000 0.0000 0.0000 2.3669
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0009 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0010 7.1792
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0011 7.2195
50.0000 2.4900 -0.0010 50.0000 -2.4900 0.0012 7.2195
50.0000 -0.0010 2.4900 50.0000 0.0009 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0010 -2.4900 4.8045
50.0000 -0.0010 2.4900 50.0000 0.0011 -2.4900 4.7461
50.0000 2.5000 0.0000 50.0000 0.0000 -2.5000 4.3065
50.0000 2.5000 0.0000 73.0000 25.0000 -18.0000 27.1492
50.0000 2.5000 0.0000 61.0000 -5.0000 29.0000 22.8977
50.0000 2.5000 0.0000 56.0000 -27.0000 -3.0000 31.9030
50.0000 2.5000 0.0000 58.0000 24.0000 15.0000 19.4535
50.0000 2.5000 0.0000 50.0000 3.1736 0.5854 1.0000
50.0000 2.5000 0.0000 50.0000 3.2972 0.0000 1.0000
50.0000 2.5000 0.0000 50.0000 1.8634 0.5757 1.0000
50.0000 2.5000 0.0000 50.0000 3.2592 0.3350 1.0000
60.2574 -34.0099 36.2677 60.4626 -34.1751 39.4387 1.2644
63.0109 -31.0961 -5.8663 62.8187 -29.7946 -4.0864 1.2630
61.2901 3.7196 -5.3901 61.4292 2.2480 -4.9620 1.8731
35.0831 -44.1164 3.7933 35.0232 -40.0716 1.5901 1.8645
22.7233 20.0904 -46.6940 23.0331 14.9730 -42.5619 2.0373
36.4612 47.8580 18.3852 36.2715 50.5065 21.2231 1.4146
90.8027 -2.0831 1.4410 91.1528 -1.6435 0.0447 1.4441
90.9257 -0.5406 -0.9208 88.6381 -0.8985 -0.7239 1.5381
6.7747 -0.2908 -2.4247 5.8714 -0.0985 -2.2286 0.6377
2.0776 0.0795 -1.1350 0.9033 -0.0636 -0.5514 0.9082
"""


def colors():
    """Red, green and blue in 0...255: a lattice with all corners, grays, and random colours."""
    steps = numpy.linspace(0, 255, 6).astype(int)
    lattice = numpy.stack(numpy.meshgrid(steps, steps, steps), -1).reshape(-1, 3)
    grays = numpy.repeat(numpy.arange(0, 256, 15)[:, None], 3, 1)
    dark = numpy.random.default_rng(1).integers(0, 16, (20, 3))
    others = numpy.random.default_rng(2).integers(0, 256, (100, 3))
    return numpy.concatenate([lattice, grays, dark, others])


def colorfulness(samples):
    """Colourfulness (Hasler and Süsstrunk 2003) of samples in 0...255."""
    red, green, blue = (samples[..., channel].astype(float) for channel in range(3))
    first, second = red - green, (red + green) / 2 - blue
    return numpy.hypot(first.std(), second.std()) + 0.3 * numpy.hypot(first.mean(), second.mean())


def main():
    samples = colors()
    lab = rgb2lab(samples / 255)
    pairs = numpy.array([[float(number) for number in line.split()] for line in PAIRS.strip().split("\n")])
    assert pairs.shape == (34, 7)
    assert numpy.abs(deltaE_ciede2000(pairs[:, :3], pairs[:, 3:6]) - pairs[:, 6]).max() < 1e-4
    # Images that scripts/golden/images.py makes.
    first, second = (numpy.asarray(Image.open(FOLDER / f"{name}.png")) for name in ("rgb", "rgb-noisy"))
    golden = {
        "colors": samples.tolist(),
        "lab": [[round(value, 5) for value in color] for color in lab.tolist()],
        "neighborDifferences": [round(value, 5) for value in deltaE_ciede2000(lab[:-1], lab[1:]).tolist()],
        "pairs": pairs.tolist(),
        "colorfulness": {"rgb": colorfulness(first), "rgb-noisy": colorfulness(second)},
        "meanDifference": float(deltaE_ciede2000(rgb2lab(first / 255), rgb2lab(second / 255)).mean()),
    }
    path = FOLDER / "color.json"
    path.write_text(json.dumps(golden, separators=(",", ":")) + "\n")
    print(f"{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
