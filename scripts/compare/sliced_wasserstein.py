"""Compares the textures of image folders by the sliced Wasserstein distance of Karras et al. 2018 ("Progressive growing
of GANs", section 5), which needs no trained network.

  python3 -m venv .venv && .venv/bin/pip install numpy pillow
  .venv/bin/python scripts/compare/sliced_wasserstein.py PAINTINGS TRANSLATED [PHOTOGRAPHS ...]

Prints the distance of every other folder from the first, times 1000, for each level of a Laplacian pyramid of images of
256 pixels: 128 patches of 7x7 per image, each channel normalised by the first folder's mean and deviation, 512 random
directions.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

SIZE, LEVELS, PATCH, PATCHES, DIRECTIONS = 256, 4, 7, 128, 512


def half(image):
    return np.asarray(image).reshape(image.shape[0] // 2, 2, image.shape[1] // 2, 2, 3).mean((1, 3))


def double(image):
    return image.repeat(2, 0).repeat(2, 1)


def pyramid(path):
    image = np.asarray(Image.open(path).convert("RGB").resize((SIZE, SIZE), Image.LANCZOS), np.float32)
    for _ in range(LEVELS - 1):
        smaller = half(image)
        yield image - double(smaller)
        image = smaller
    yield image


def descriptors(folder):
    paths = sorted(p for p in Path(folder).rglob("*") if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not paths:
        sys.exit(f"no images in {folder}")
    random = np.random.default_rng(1)
    levels = [[] for _ in range(LEVELS)]
    for path in paths:
        for level, image in zip(levels, pyramid(path)):
            last = image.shape[0] - PATCH + 1
            for y, x in random.integers(0, last, (PATCHES, 2)):
                level.append(image[y:y + PATCH, x:x + PATCH])
    return [np.stack(level) for level in levels]


def flat(patches, mean, deviation):
    return ((patches - mean) / deviation).reshape(len(patches), -1)


def distance(reference, other):
    # In the reference's units, so that a difference in colour or contrast counts.
    mean, deviation = reference.mean((0, 1, 2)), reference.std((0, 1, 2))
    a, b = flat(reference, mean, deviation), flat(other, mean, deviation)
    directions = np.random.default_rng(2).normal(size=(a.shape[1], DIRECTIONS)).astype(np.float32)
    directions /= np.linalg.norm(directions, axis=0)
    places = np.linspace(0, 1, 1001)
    gaps = np.abs(np.quantile(a @ directions, places, axis=0) - np.quantile(b @ directions, places, axis=0))
    return 1000 * gaps.mean()


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    reference = descriptors(sys.argv[1])
    for folder in sys.argv[2:]:
        distances = [distance(a, b) for a, b in zip(reference, descriptors(folder))]
        levels = "  ".join(f"{SIZE >> i}px {d:5.0f}" for i, d in enumerate(distances))
        print(f"{folder}: {levels}  mean {np.mean(distances):.0f}")


main()
