"""Makes Tests/ModelsTests/Golden/translation.safetensors: small U-Net and ResNet generators, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/translation.py

There is every norm, with and without dropout, from colour to colour and from one channel to two. Tensors are named
`<case>/<role>`: `input` and `output` (channels last) outside training, and `state.<key>` for each of the network's
tensors with PyTorch's key and layout. The cases `training.<name>` are in training, without dropout: they have the
output, the statistics after it as `after.<key>`, and the gradients `gradient.<key>` and `gradient.input` of
sum(output * upstream). Made with PyTorch 2.15.
"""

import json

import numpy
import torch

from golden import Family, Values
from networks import Generator, UNetGenerator, channels_last, initialize, state


def make(network, width, depth, norm, dropout, channels, residual):
    if network == "unet":
        return UNetGenerator(width, depth, norm, dropout, channels)
    return Generator(width, depth, "transposed", norm, dropout, channels, residual=residual)


if __name__ == "__main__":
    values = Values(41)
    family = Family("Tests/ModelsTests/Golden/translation.safetensors")

    def add(name, size, network="unet", width=2, depth=3, norm="batch", dropout=False, channels=(3, 3), trains=False,
            residual="plain"):
        # Norms with running statistics let the spread of weights accumulate from layer to layer.
        spread = 0.3 if norm == "instance" or trains else 0.15
        model = initialize(make(network, width, depth, norm, dropout, channels, residual), len(family.cases) + 200, spread)
        model.train(trains)
        x = values.uniform(-1, 1, size[0], channels[0], *size[1:]).requires_grad_()
        family.store(f"{name}/input", channels_last(x), numpy.float16)
        for key, value in state(model).items():
            family.store(f"{name}/state.{key}", value, numpy.float16)
        output = model(x)
        family.store(f"{name}/output", channels_last(output))
        if trains:
            upstream = values.normal(*output.shape)
            (output * upstream).sum().backward()
            family.store(f"{name}/upstream", channels_last(upstream), numpy.float16)
            family.store(f"{name}/gradient.input", channels_last(x.grad))
            for key, parameter in model.named_parameters():
                family.store(f"{name}/gradient.{key}", parameter.grad)
            for key, buffer in model.named_buffers():
                if "running" in key:
                    family.store(f"{name}/after.{key}", buffer)
        family.cases[name] = json.dumps({
            "network": network, "width": width, "depth": depth, "norm": norm, "dropout": dropout,
            "inputChannels": channels[0], "outputChannels": channels[1], "residual": residual})

    for norm in ["batch", "instance"]:
        for dropout in [False, True]:
            for channels in [(3, 3), (1, 2)]:
                kind = f"{norm}.{'dropout.' if dropout else ''}{channels[0]}to{channels[1]}"
                add(f"unet.{kind}", (1, 8, 16), norm=norm, dropout=dropout, channels=channels)
                add(f"resnet.{kind}", (1, 12, 8), network="resnet", depth=1, width=1, norm=norm, dropout=dropout,
                    channels=channels)
        add(f"training.{norm}", (2, 8, 16), norm=norm, channels=(3, 2), trains=True)
    # Deep enough for dropout.
    add("unet.deep", (1, 64, 64), depth=6, width=1, dropout=True, channels=(1, 1))
    # A single image, normalised by its own statistics.
    add("training.single", (1, 16, 16), depth=4, width=1, trains=True)
    for norm in ["batch", "instance"]:
        add(f"training.separable.{norm}", (2, 12, 16), network="resnet", depth=2, norm=norm, trains=True,
            residual="separable")
    family.write()
