"""Makes Tests/ModelsTests/Golden: small networks' weights, an input and the output, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/models.py

Tensors are named `<case>/<role>`: `input`, `output` (both channels last), `state.<key>` for each of the network's
tensors with PyTorch's key and layout, and `feature.<number>` for the intermediate features of a discriminator or VGG.
Batch norms use their running statistics. Made with PyTorch 2.15.
"""

import json

import numpy
import torch
from torch import nn

from golden import Family, Values
from networks import (
    VGG, AntialiasedVGG16, BoundedSRResNet, Generator, MSRResNet, PatchDiscriminator, PixelDiscriminator, RRDBNet, SPAN,
    SRResNet, SRVGGNet, UNetDiscriminator, VGGDiscriminator, channels_last, initialize, state)

if __name__ == "__main__":
    values = Values(31)
    family = Family("Tests/ModelsTests/Golden/models.safetensors")

    def add(name, model, size, spread=0.3, **attributes):
        # Spread widely enough that tanh is used beyond its linear part and no layer's output is dominated by its bias.
        model = initialize(model, seed=len(family.cases) + 100, scale=spread)
        x = values.uniform(-1, 1, size[0], attributes.get("inputChannels", 3), *size[1:])
        estimate_singular_values(model)
        model.eval()
        features = []
        for module in model.modules():
            if isinstance(module, nn.LeakyReLU):
                module.register_forward_hook(lambda module, inputs, output: features.append(output))
        with torch.no_grad():
            if isinstance(model, VGG):
                x = ((x + 1) / 2).half().double()
                features = model.at(x, attributes["places"])
                output = features[-1]
            else:
                output = model(x)
            family.store(f"{name}/input", channels_last(x), numpy.float16)
            family.store(f"{name}/output", channels_last(output) if output.dim() == 4 else output)
        for index, feature in enumerate(feature for feature in features if feature.dim() == 4):
            family.store(f"{name}/feature.{index}", channels_last(feature))
        for key, value in state(model).items():
            if not key.startswith(("classifier", "lin0")):
                family.store(f"{name}/state.{key}", value, numpy.float16)
        family.cases[name] = json.dumps(attributes)

    def estimate_singular_values(model):
        """Spectral norms' vectors as after training, in numbers that are exact in float16."""
        for name, u in [(key, value) for key, value in model.named_buffers() if key.endswith("weight_u")]:
            v = model.get_buffer(name.replace("weight_u", "weight_v"))
            matrix = model.get_parameter(name.replace("weight_u", "weight_orig")).data.flatten(1)
            u.data = values.normal(*u.shape)
            for _ in range(3):
                v.data = torch.nn.functional.normalize(matrix.T @ u, dim=0)
                u.data = torch.nn.functional.normalize(matrix @ v, dim=0)
            u.data, v.data = u.data.half().double(), v.data.half().double()

    for blocks in [6, 9]:
        for upsampling in ["transposed", "resizeConvolution"]:
            add(f"generator{blocks}.{upsampling}", Generator(2, blocks, upsampling), (1, 20, 28),
                network="generator", width=2, blocks=blocks, upsampling=upsampling)
    add("generator.wide", Generator(4, 1), (2, 12, 16), network="generator", width=4, blocks=1, upsampling="transposed")
    for layers, size in [(1, (2, 9, 14)), (2, (1, 21, 18)), (3, (1, 34, 40)), (4, (1, 48, 56))]:
        add(f"patch{layers}", PatchDiscriminator(1 if layers == 4 else 2, layers), size,
            network="patch", width=1 if layers == 4 else 2, layers=layers)
    add("pixel", PixelDiscriminator(4), (2, 7, 5), network="pixel", width=4)
    add("generator.batchNorm", Generator(2, 2, norm="batch"), (2, 12, 16), network="generator", width=2, blocks=2,
        upsampling="transposed", norm="batch", spread=0.15)
    add("patch.batchNorm", PatchDiscriminator(2, 2, channels=6, norm="batch"), (2, 21, 18), network="patch", width=2,
        layers=2, norm="batch", inputChannels=6)
    for scale, size in [(4, (2, 5, 7)), (2, (1, 10, 6)), (1, (1, 12, 16))]:
        add(f"rrdb.x{scale}", RRDBNet(4, 2, 2, scale), size, network="rrdb", width=4, growth=2, blocks=2, scale=scale)
    add("rrdb.channels", RRDBNet(4, 3, 1, 2, channels=1, output_channels=2), (1, 6, 8), network="rrdb", width=4,
        growth=3, blocks=1, scale=2, inputChannels=1, outputChannels=2)
    for scale, channels in [(4, 3), (2, 3), (3, 2)]:
        add(f"srvgg.x{scale}", SRVGGNet(4, 3, scale, channels), (2, 7, 5), network="srvgg", width=4, convolutions=3,
            scale=scale, inputChannels=channels, outputChannels=channels)
    for scale in [2, 3, 4]:
        for upsampling in ["stepwise", "direct"]:
            channels = 1 if scale == 3 else 3
            add(f"msrresnet.x{scale}.{upsampling}", MSRResNet(4, 2, scale, channels, direct=upsampling == "direct"),
                (1, 5, 6), network="msrresnet", width=4, blocks=2, scale=scale, superResolutionUpsampling=upsampling,
                inputChannels=channels, outputChannels=channels)
    for form, network in [("linear", SRResNet), ("bounded", BoundedSRResNet)]:
        for scale in [2, 3, 4, 8]:
            add(f"srresnet.x{scale}.{form}", network(2, 2, scale), (1, 4, 5), network="srresnet", width=2, blocks=2,
                scale=scale, form=form, spread=0.15 if form == "bounded" else 0.3)
    for scale, upsamplings in [(1, 0), (2, 1), (8, 3)]:
        add(f"rrdb.plain.x{scale}", RRDBNet(4, 2, 1, scale, upsamplings=upsamplings), (1, 4, 5), network="rrdb",
            width=4, growth=2, blocks=1, scale=scale, upsamplings=upsamplings)
    for size, width in [(32, 2), (64, 1)]:
        add(f"vggDiscriminator.{size}", VGGDiscriminator(width, size), (width, size, size), network="vggDiscriminator",
            width=width, side=size, spread=0.2)
    add("unetDiscriminator", UNetDiscriminator(2), (2, 16, 24), network="unetDiscriminator", width=2)
    add("vgg19.one", VGG(2), (1, 20, 34), network="vgg", depth="vgg19", width=2, places=["conv5_4"], spread=0.2)
    places = ["conv1_2", "conv2_2", "conv3_4", "conv4_4"]
    add("vgg19.several", VGG(2), (2, 16, 17), network="vgg", depth="vgg19", width=2, places=places, spread=0.2)
    places = ["conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"]
    add("vgg16", VGG(2, 16), (1, 20, 34), network="vgg", depth="vgg16", width=2, places=places, spread=0.2)
    add("vgg16.antialiased", AntialiasedVGG16(2), (2, 21, 34), network="vgg", depth="vgg16", pooling="antialiased", width=2,
        places=places, spread=0.2)
    add("srvgg.bilinear", SRVGGNet(4, 2, 3, base="bilinear"), (1, 5, 6), network="srvgg", width=4, convolutions=2, scale=3,
        inputChannels=3, outputChannels=3, base="bilinear")
    for form in ["open", "folded"]:
        for scale, blocks, norm in [(4, 1, True), (2, 2, True), (3, 1, False)]:
            channels = 3 if norm else 2
            add(f"span.x{scale}.{form}", SPAN(4, blocks, scale, channels, form == "folded", norm), (1, 9, 7),
                network="span", width=4, blocks=blocks, scale=scale, spanForm=form, inputChannels=channels,
                outputChannels=channels)
    for name, blocks, (down, up), norm in [
        ("antialiased", 2, ("antialiased", "antialiased"), "instance"),
        ("antialiased.down", 1, ("antialiased", "transposed"), "instance"),
        ("antialiased.up", 1, ("strided", "antialiased"), "batch"),
    ]:
        add(f"generator.{name}", Generator(2, blocks, up, norm, downsampling=down), (2, 20, 28), network="generator",
            width=2, blocks=blocks, upsampling=up, downsampling=down, norm=norm, spread=0.3 if norm == "instance" else 0.15)
    for norm in ["instance", "batch"]:
        add(f"generator.separable.{norm}", Generator(2, 2, norm=norm, residual="separable"), (2, 20, 28),
            network="generator", width=2, blocks=2, upsampling="transposed", norm=norm, residual="separable",
            spread=0.3 if norm == "instance" else 0.15)
    family.write()
