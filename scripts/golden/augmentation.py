"""Makes Tests/LayersTests/Golden: the augmentation of a discriminator's view (Zhao et al. 2020), PatchNCE (Park et al. 2020)
and R1 (Mescheder et al. 2018), by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/augmentation.py

The augmentation's draws are attributes. Made with PyTorch 2.13.
"""

import torch
import torch.nn.functional as F

from golden import Family, Values

values = Values(77)


def changed(x, changes):
    """`x` is channels last; the mathematics is the published one, on channels first."""
    x = x.permute(0, 3, 1, 2)
    each = lambda name, neutral: torch.tensor(
        [change.get(name, neutral) for change in changes], dtype=x.dtype).reshape(-1, 1, 1, 1)
    images = []
    for image in x.split(3, dim=1):
        image = image + each("brightness", 0.0)
        mean = image.mean(dim=1, keepdim=True)
        image = (image - mean) * each("saturation", 1.0) + mean
        mean = image.mean(dim=[1, 2, 3], keepdim=True)
        images.append((image - mean) * each("contrast", 1.0) + mean)
    x = torch.cat(images, 1)
    height, width = x.shape[2:]
    moved = []
    for image, change in zip(x, changes):
        down, right = change.get("shift", [0, 0])
        margin = 8
        padded = F.pad(image, [margin] * 4)
        moved.append(padded[:, margin + down:margin + down + height, margin + right:margin + right + width])
    x = torch.stack(moved)
    mask = torch.ones(x.shape[0], 1, height, width, dtype=x.dtype)
    for kept, change in zip(mask, changes):
        if "hole" in change:
            top, bottom, left, right = change["hole"]
            kept[:, top:bottom, left:right] = 0
    return (x * mask).permute(0, 2, 3, 1)


def make_augmentations():
    family = Family("Tests/LayersTests/Golden/augmentation.safetensors")
    cases = {
        "color": [{"brightness": 0.25, "saturation": 1.5, "contrast": 0.75}, {"brightness": -0.5, "saturation": 0.25}],
        "pair": [{"brightness": 0.25, "saturation": 0.5, "contrast": 1.25}],
        "translation": [{"shift": [1, -1]}, {"shift": [-1, 0]}],
        "cutout": [{"hole": [0, 3, 2, 6]}, {"hole": [4, 7, 0, 3]}],
        "all": [{"brightness": -0.25, "saturation": 2.0, "contrast": 0.5, "shift": [1, 1], "hole": [1, 5, 3, 6]}, {}],
    }
    for name, changes in cases.items():
        channels = 6 if name == "pair" else 3
        family.add(
            name, lambda x: changed(x, changes), {"x": values.normal(len(changes), 7, 6, channels)}, changes=changes)
    family.write()


def contrast(queries, keys, temperature):
    """As published: the own key's similarity first, and the diagonal of the others put out of reach."""
    losses = []
    for q, k in zip(queries, keys):
        own = (q * k).sum(1, keepdim=True)
        others = (q @ k.T).masked_fill(torch.eye(len(q), dtype=torch.bool), -10.0)
        logits = torch.cat([own, others], 1) / temperature
        losses.append(F.cross_entropy(logits, torch.zeros(len(q), dtype=torch.long), reduction="none"))
    return torch.cat(losses).mean()


def make_contrasts():
    family = Family("Tests/LayersTests/Golden/contrast.safetensors")
    for name, (images, places, features), temperature in [("one", (1, 5, 4), 0.07), ("two", (2, 3, 6), 0.5)]:
        unit = lambda: F.normalize(values.normal(images, places, features), dim=-1).half().double()
        family.add(
            name, lambda queries, keys: contrast(queries, keys, temperature), {"queries": unit(), "keys": unit()},
            constants=("keys",), temperature=temperature)

    def projected(x, first, firstBias, second, secondBias):
        x = F.relu(x @ first + firstBias) @ second + secondBias
        return x / (x.pow(2).sum(-1, keepdim=True).sqrt() + 1e-7)

    # Central differences would straddle the rectifier's kink.
    family.add(
        "projection", projected, {
            "x": values.normal(2, 3, 4), "first": values.normal(4, 5), "firstBias": values.normal(5),
            "second": values.normal(5, 5), "secondBias": values.normal(5)},
        constants=("first", "firstBias", "second", "secondBias"), differences=False)
    family.write()


def make_penalties():
    """Of a discriminator of two convolutions, with a smooth activation, whose second derivatives are not zero."""
    family = Family("Tests/LayersTests/Golden/gradientPenalty.safetensors")

    def penalty(x, first, second):
        x = x.permute(0, 3, 1, 2).detach().requires_grad_()
        hidden = F.softplus(F.conv2d(x, first.permute(3, 2, 0, 1)))
        verdict = F.conv2d(hidden, second.permute(3, 2, 0, 1))
        slope, = torch.autograd.grad(verdict.mean(dim=[1, 2, 3]).sum(), x, create_graph=True)
        return slope.pow(2).sum(dim=[1, 2, 3]).mean()

    family.add(
        "convolutions", penalty,
        {"x": values.normal(2, 6, 5, 3), "first": values.normal(3, 3, 3, 4), "second": values.normal(2, 2, 4, 1)},
        constants=("x",), second=False)
    family.write()


if __name__ == "__main__":
    make_augmentations()
    make_contrasts()
    make_penalties()
