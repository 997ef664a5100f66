"""Makes Tests/ImagesTests/Golden/distances.safetensors: distances of sets of features and of sets of images, by
pytorch-fid and NumPy in float64.

  python3 -m venv .venv && .venv/bin/pip install torch torchvision pytorch-fid scipy numpy pillow
  .venv/bin/python scripts/golden/distances.py

`features.<case>` has two sets, `a` and `b`, their `fid` by pytorch-fid and their `kid` (Binkowski et al. 2018), of all of
them and, `subsets`, of each of the sets of rows whose numbers are in `rows`; `precision` and `recall` of `a` beside `b`, and the
inception `score` of `a` as logits. `textures` is of two sets of two images by
the formula of `image`: the places of patches in each level of their Laplacian pyramids, rows before columns, directions,
and the sliced Wasserstein distances of Karras et al. 2018 ("Progressive growing of GANs", section 5), times 1000. Made with
NumPy 2.4 and pytorch-fid 0.3.
"""

import numpy
import torch
from pytorch_fid.fid_score import calculate_frechet_distance

from golden import Family, Values

LEVELS, PATCH = 4, 7


def frechet(a, b):
    return calculate_frechet_distance(
        a.mean(0), numpy.cov(a, rowvar=False), b.mean(0), numpy.cov(b, rowvar=False))


def kernel(a, b):
    k = lambda a, b: (a @ b.T / a.shape[1] + 1) ** 3
    n, m = len(a), len(b)
    return ((k(a, a).sum() - numpy.trace(k(a, a))) / (n * (n - 1))
            + (k(b, b).sum() - numpy.trace(k(b, b))) / (m * (m - 1)) - 2 * k(a, b).mean())


def precision_and_recall(a, b, neighbours=3):
    """Kynkäänniemi et al. (2019), of the set `a` beside the reference `b`."""
    a, b = torch.tensor(a), torch.tensor(b)
    # Of distances within a set, the smallest is a vector's from itself.
    reaches = [torch.cdist(x, x).kthvalue(neighbours + 1, dim=1).values for x in [a, b]]
    distances = torch.cdist(a, b)
    return (distances <= reaches[1]).any(1).double().mean(), (distances.T <= reaches[0]).any(1).double().mean()


def inception_score(logits):
    """Salimans et al. (2016), of all images at once."""
    p = torch.softmax(torch.tensor(logits), 1)
    return torch.exp((p * (p.log() - p.mean(0).log())).sum(1).mean())


def features(family, random):
    # More features than images, of which some do not vary; fewer; and as many as make covariances of full rank.
    for name, count, other, size in [("few", 9, 12, 40), ("many", 90, 70, 24), ("mixed", 60, 10, 32)]:
        mix = random.normal(size=(size, size)) / size**0.5
        a = numpy.float32(numpy.maximum(random.normal(size=(count, size)) @ mix, 0))
        b = numpy.float32(numpy.maximum(random.normal(size=(other, size)) @ mix * 1.2 + 0.3, 0))
        if name != "few":
            a[:, 3] = b[:, 3] = 0
        rows = numpy.stack([random.permutation(min(count, other))[:6] for _ in range(4)])
        values = {"a": a, "b": b, "rows": rows, "fid": frechet(a.astype(float), b.astype(float)),
                  "kid": kernel(a.astype(float), b.astype(float)),
                  "subsets": [kernel(a[r].astype(float), b[r].astype(float)) for r in rows]}
        values["precision"], values["recall"] = precision_and_recall(a.astype(float), b.astype(float))
        values["score"] = inception_score(a.astype(float))
        for role, value in values.items():
            family.store(f"features.{name}/{role}", torch.tensor(numpy.asarray(value)))
        family.cases[f"features.{name}"] = "{}"
        print(name, values["fid"], values["kid"])


def half(image):
    return image.reshape(image.shape[0] // 2, 2, image.shape[1] // 2, 2, 3).mean((1, 3))


def double(image):
    return image.repeat(2, 0).repeat(2, 1)


def pyramid(image):
    for _ in range(LEVELS - 1):
        smaller = half(image)
        yield image - double(smaller)
        image = smaller
    yield image


def patches(images, places):
    """Of each level, the images' patches at the level's places, `[images, patches, 2]`."""
    levels = [[] for _ in range(LEVELS)]
    for index, image in enumerate(images):
        for level, smaller in enumerate(pyramid(image.astype(float))):
            levels[level] += [smaller[y:y + PATCH, x:x + PATCH] for y, x in places[level][index]]
    return [numpy.stack(level) for level in levels]


def distance(reference, other, directions):
    # In the reference's units, so that a difference in colour or contrast counts.
    mean, deviation = reference.mean((0, 1, 2)), reference.std((0, 1, 2))
    a, b = [((x - mean) / deviation).reshape(len(x), -1) for x in (reference, other)]
    at = numpy.linspace(0, 1, 1001)
    return 1000 * numpy.abs(
        numpy.quantile(a @ directions, at, axis=0) - numpy.quantile(b @ directions, at, axis=0)).mean()


def image(kind, index):
    """A pattern that needs no file: in levels of 255, rows, columns and channels."""
    y, x, channel = numpy.meshgrid(numpy.arange(256), numpy.arange(256), numpy.arange(3), indexing="ij")
    pattern = (3 + index) * x * x + (5 + kind) * x * y + 7 * y * y + 31 * channel * (x + index)
    return pattern % (251 - 60 * kind)


def textures(family, random):
    count, drawn = 2, 40
    sets = [[image(kind, index) for index in range(count)] for kind in range(2)]
    places = [random.integers(0, (256 >> level) - PATCH + 1, (count, drawn, 2)) for level in range(LEVELS)]
    directions = random.normal(size=(PATCH * PATCH * 3, 16)).astype(numpy.float16).astype(float)
    directions /= numpy.linalg.norm(directions, axis=0)
    family.store("textures/places", torch.tensor(numpy.stack(places)))
    family.store("textures/directions", torch.tensor(directions))
    a, b = [patches(images, places) for images in sets]
    distances = [distance(first, second, directions) for first, second in zip(a, b)]
    family.store("textures/distances", torch.tensor(distances))
    family.cases["textures"] = "{}"
    print("textures", distances)


if __name__ == "__main__":
    family, random = Family("Tests/ImagesTests/Golden/distances.safetensors"), numpy.random.default_rng(46)
    features(family, random)
    textures(family, random)
    family.write()
