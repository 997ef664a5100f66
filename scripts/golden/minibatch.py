"""Makes Tests/LayersTests/Golden/minibatch.safetensors: layers that tell a discriminator how images of a batch differ.

  .venv/bin/python scripts/golden/minibatch.py

Made with PyTorch 2.15.
"""

import torch

from golden import Family


def deviation(group, features):
    """Minibatch standard deviation (Karras et al. 2018) with StyleGAN2's groups, on channels-last arrays of any rank."""

    def function(x):
        count = len(x)
        size = max(number for number in range(1, min(group, count) + 1) if count % number == 0)
        grouped = x.reshape(size, count // size, -1, features, x.shape[-1] // features)
        spread = (grouped.var(0, unbiased=False) + 1e-8).sqrt().mean((1, 3))
        further = spread.repeat(size, 1).reshape([count] + [1] * (x.dim() - 2) + [features])
        return torch.cat([x, further.expand(*x.shape[:-1], features)], -1)

    return function


def discrimination(kernels):
    """Minibatch discrimination (Salimans et al. 2016)."""

    def function(x, weight):
        seen = (x @ weight).reshape(len(x), kernels, -1)
        others = []
        for index in range(len(x)):
            distances = (seen - seen[index]).abs().sum(2)
            kept = torch.arange(len(x)) != index
            others.append(torch.exp(-distances[kept]).sum(0))
        return torch.cat([x, torch.stack(others)], 1)

    return function


if __name__ == "__main__":
    torch.set_num_threads(1)
    family = Family("Tests/LayersTests/Golden/minibatch.safetensors")
    values = family.values
    for name, group, features, shape in [
        ("deviation.groups", 4, 1, (8, 3, 2, 4)), ("deviation.features", 4, 2, (4, 2, 2, 6)),
        ("deviation.uneven", 4, 1, (6, 2, 2, 2)), ("deviation.vectors", 3, 1, (3, 5)),
    ]:
        family.add(name, deviation(group, features), {"x": values.normal(*shape)}, groupSize=group, features=features)
    # No two images so near in any dimension that central differences would straddle a kink.
    while True:
        x, weight = values.normal(3, 4), values.normal(4, 4, scale=0.3)
        seen = x @ weight
        if min((seen[i] - seen[j]).abs().min() for i, j in [(0, 1), (0, 2), (1, 2)]) > 0.2:
            break
    family.add(
        "discrimination", discrimination(2), {"x": x, "weight": weight}, constants=["weight"], kernels=2, dimensions=2)
    family.write()
