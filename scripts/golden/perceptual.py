"""Makes Tests/CheckpointsTests/Golden/lpips-*: networks of random weights in the files that LPIPS (Zhang et al. 2018) is
computed from, and distances by its formula in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/perceptual.py

Networks are torchvision's AlexNet and VGG16, narrowed to a few channels. `lpips-<network>.pth` is a classifier's state
dictionary, `lpips-<network>-linear.pth` the weights of its layers as the wheel of PyPI's lpips has them, and
`lpips-<network>-merged.pth` both as lpips saves its whole module. `lpips.safetensors` has `<network>/first` and `second`,
`[N, H, W, 3]` in 0...1, and the `distance` of each pair. Made with PyTorch 2.13.
"""

import numpy
import torch
import torch.nn.functional as F
from torch import nn

from golden import ROOT, Family, Values

FOLDER = "Tests/CheckpointsTests/Golden"


def alexnet(width):
    c = [width * n for n in (1, 3, 6, 4, 4)]
    return nn.Sequential(
        nn.Conv2d(3, c[0], 11, 4, 2), nn.ReLU(), nn.MaxPool2d(3, 2), nn.Conv2d(c[0], c[1], 5, padding=2), nn.ReLU(),
        nn.MaxPool2d(3, 2), nn.Conv2d(c[1], c[2], 3, padding=1), nn.ReLU(), nn.Conv2d(c[2], c[3], 3, padding=1), nn.ReLU(),
        nn.Conv2d(c[3], c[4], 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2),
    ), [(0, 2), (2, 5), (5, 8), (8, 10), (10, 12)]


def vgg16(width):
    layers, channels = [], 3
    for stage, count in enumerate((2, 2, 3, 3, 3)):
        for _ in range(count):
            output = width * min(1 << stage, 8)
            layers += [nn.Conv2d(channels, output, 3, padding=1), nn.ReLU()]
            channels = output
        layers.append(nn.MaxPool2d(2))
    return nn.Sequential(*layers), [(0, 4), (4, 9), (9, 16), (16, 23), (23, 30)]


def distance(network, slices, linear, first, second):
    """lpips 0.1.4's forward for images in -1...1, without spatial output."""
    shift = torch.tensor([-0.030, -0.088, -0.188], dtype=torch.float64).view(1, 3, 1, 1)
    scale = torch.tensor([0.458, 0.448, 0.450], dtype=torch.float64).view(1, 3, 1, 1)
    a, b = (first - shift) / scale, (second - shift) / scale
    total = 0
    for (begin, end), weight in zip(slices, linear):
        a, b = network[begin:end](a), network[begin:end](b)
        normal = [x / (x.square().sum(1, keepdim=True).sqrt() + 1e-10) for x in (a, b)]
        total = total + F.conv2d((normal[0] - normal[1]).square(), weight).mean((2, 3))
    return total[:, 0]


if __name__ == "__main__":
    family = Family(f"{FOLDER}/lpips.safetensors")
    for seed, (name, make) in enumerate([("alexnet", alexnet), ("vgg16", vgg16)]):
        values = Values(71 + seed)
        network, slices = make(2)
        network = network.double()
        with torch.no_grad():
            for parameter in network.parameters():
                fan = parameter[0].numel() if parameter.dim() > 1 else 25
                parameter.copy_(values.normal(*parameter.shape, scale=(2 / fan) ** 0.5))
        channels = [network[end - 2 if isinstance(network[end - 1], nn.ReLU) else end - 3].out_channels for _, end in slices]
        linear = [values.uniform(0, 1, 1, count, 1, 1) for count in channels]
        first = values.uniform(0, 1, 2, 3, 67, 75)
        second = (first + values.normal(2, 3, 67, 75, scale=0.2)).clamp(0, 1).half().double()
        with torch.no_grad():
            made = distance(network, slices, linear, 2 * first - 1, 2 * second - 1)
        tensors = {f"features.{key}": value.float() for key, value in network.state_dict().items()}
        weights = {f"lin{index}.model.1.weight": value.float() for index, value in enumerate(linear)}
        merged = {"scaling_layer.shift": torch.zeros(1, 3, 1, 1), "scaling_layer.scale": torch.ones(1, 3, 1, 1)}
        for key, value in network.state_dict().items():
            part = next(i for i, (begin, end) in enumerate(slices) if begin <= int(key.split(".")[0]) < end)
            merged[f"net.slice{part + 1}.{key}"] = value.float()
        torch.save(tensors | {"classifier.6.bias": torch.zeros(3)}, ROOT / FOLDER / f"lpips-{name}.pth")
        torch.save(weights, ROOT / FOLDER / f"lpips-{name}-linear.pth")
        torch.save(merged | weights, ROOT / FOLDER / f"lpips-{name}-merged.pth")
        family.store(f"{name}/first", first.permute(0, 2, 3, 1), numpy.float16)
        family.store(f"{name}/second", second.permute(0, 2, 3, 1), numpy.float16)
        family.store(f"{name}/distance", made)
        family.cases[name] = "{}"
        print(name, channels, made.tolist())
    family.write()
