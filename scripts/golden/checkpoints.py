"""Makes the weight files that Tests/CheckpointsTests reads: small ones in every format that must be read or refused.

    python3 -m venv venv
    venv/bin/pip install torch numpy safetensors packaging
    venv/bin/python scripts/golden/checkpoints.py

Writes into Tests/CheckpointsTests/Golden. Expected values are either formulas that the tests repeat, or stored beside
the file as `<name>.expected.safetensors` in float32. Legacy files name their storages by memory address, so those names
differ between runs.
"""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from networks import (
    Generator, VGG, AntialiasedVGG16, BoundedSRResNet, MSRResNet, RRDBNet, SPAN, SRResNet, SRVGGNet, UNetDiscriminator, UNetGenerator,
    VGGDiscriminator)
from safetensors.torch import save_file
from torch import nn

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden"

TYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int64": torch.int64,
    "int32": torch.int32,
    "int16": torch.int16,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
}


def every_type():
    """Values x = 0 to 5; if the type has signs and fractions, x / 2 - 2."""
    tensors = {}
    for name, dtype in TYPES.items():
        values = torch.arange(6, dtype=torch.float32).reshape(2, 3)
        if dtype.is_floating_point:
            values = values / 2 - 2
        tensors[name] = values.to(dtype)
    tensors["scalar"] = torch.tensor(7.0)
    tensors["empty"] = torch.zeros(0, 3)
    return tensors


def views():
    """Tensors that share storages: transposed, sliced, strided, a parameter."""
    base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    half = torch.arange(24, dtype=torch.float16).reshape(4, 6) / 8
    return OrderedDict(
        whole=base,
        transposed=base.transpose(0, 2),
        cut=base[1:, 1:3, ::2],
        column=base[:, 2, 3],
        halfTransposed=half.t(),
        parameter=nn.Parameter(half.float()),
        single=base[2, 1, 4],
    )


def training_state():
    """A training checkpoint: weights with a wrapper's prefix, beside counters and an optimiser's state."""
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(2, 3, 3),
        nn.InstanceNorm2d(3, track_running_stats=True),
        nn.PReLU(),
        nn.ConvTranspose2d(3, 2, 3),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    network(torch.ones(1, 2, 8, 8)).sum().backward()
    optimizer.step()
    weights = OrderedDict(("module." + key, value) for key, value in network.state_dict().items())
    state = {
        "epoch": 12,
        "best": 0.25,
        "name": "émigré",
        "history": [1.5, -3, None, True, 10**30, 70000, -(2**40)],
        "size": torch.Size([1, 2]),
        "model_state_dict": weights,
        "optimizer_state_dict": optimizer.state_dict(),
    }
    return state, weights


def save(name, value, tensors, **options):
    """Writes a file by `torch.save`, and its tensors in float32."""
    torch.save(value, GOLDEN / name, **options)
    expected = {key: tensor.detach().float().contiguous().clone() for key, tensor in tensors.items()}
    save_file(expected, GOLDEN / (Path(name).stem + ".expected.safetensors"))


def zip_of(name, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(GOLDEN / name, "w", compression) as archive:
        for entry, contents in entries.items():
            info = zipfile.ZipInfo("archive/" + entry)
            info.compress_type = compression
            archive.writestr(info, contents)


def legacy_of(name, contents):
    """Writes a legacy file whose third pickle, which holds the tensors, is `contents`."""
    start = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]
    body = b"".join(pickle.dumps(part, protocol=2) for part in start)
    (GOLDEN / name).write_bytes(body + contents + pickle.dumps([], protocol=2))


def repacked(source, name, compression):
    with zipfile.ZipFile(GOLDEN / source) as archive:
        entries = {entry.split("/", 1)[1]: archive.read(entry) for entry in archive.namelist()}
    zip_of(name, entries, compression)


def call(module, function, argument, protocol=2):
    """A pickle that makes a careless reader call module.function(argument)."""
    text = argument.encode()
    if protocol == 4:
        named = b"\x8c" + bytes([len(module)]) + module.encode() + b"\x8c" + bytes([len(function)]) + function.encode()
        return b"\x80\x04" + named + b"\x93" + b"\x8c" + bytes([len(text)]) + text + b"\x85R."
    return b"\x80\x02c" + f"{module}\n{function}\n".encode() + b"X" + len(text).to_bytes(4, "little") + text + b"\x85R."


def randomized(generator):
    for name, parameter in generator.named_parameters():
        nn.init.normal_(parameter, 1 if parameter.ndim == 1 and "weight" in name else 0, 0.3)
    for name, buffer in generator.named_buffers():
        if "running" in name:
            nn.init.uniform_(buffer, 0.5, 1.5)
    return generator.eval()


def resnet(blocks, width, batch=False, dropout=False, resize=False, channels=(3, 3)):
    """pytorch-CycleGAN-and-pix2pix's ResNet generator, by the same list of modules, with random weights."""

    def norm(count):
        return nn.BatchNorm2d(count) if batch else nn.InstanceNorm2d(count)

    class Block(nn.Module):
        def __init__(self, count):
            super().__init__()
            self.conv_block = nn.Sequential(
                nn.ReflectionPad2d(1),
                nn.Conv2d(count, count, 3, bias=not batch),
                norm(count),
                nn.ReLU(),
                *([nn.Dropout(0.5)] if dropout else []),
                nn.ReflectionPad2d(1),
                nn.Conv2d(count, count, 3, bias=not batch),
                norm(count),
            )

        def forward(self, x):
            return x + self.conv_block(x)

    class Generator(nn.Module):
        def __init__(self, modules):
            super().__init__()
            self.model = nn.Sequential(*modules)

        def forward(self, x):
            return self.model(x)

    modules = [nn.ReflectionPad2d(3), nn.Conv2d(channels[0], width, 7, bias=not batch), norm(width), nn.ReLU()]
    for count in (width, 2 * width):
        modules += [nn.Conv2d(count, 2 * count, 3, 2, 1, bias=not batch), norm(2 * count), nn.ReLU()]
    modules += [Block(4 * width) for _ in range(blocks)]
    for count in (4 * width, 2 * width):
        half = count // 2
        if resize:
            modules += [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(count, half, 3, bias=not batch)]
        else:
            modules.append(nn.ConvTranspose2d(count, half, 3, 2, 1, output_padding=1, bias=not batch))
        modules += [norm(half), nn.ReLU()]
    modules += [nn.ReflectionPad2d(3), nn.Conv2d(width, channels[1], 7), nn.Tanh()]
    return randomized(Generator(modules))


def with_old_statistics(generator):
    """Adds the running statistics that instance norms had in files of PyTorch 0.3."""
    weights = generator.state_dict()
    for name, module in generator.named_modules():
        if isinstance(module, nn.InstanceNorm2d):
            weights[f"{name}.running_mean"] = torch.full([module.num_features], 100.0)
            weights[f"{name}.running_var"] = torch.full([module.num_features], 100.0)
            weights[f"{name}.num_batches_tracked"] = torch.tensor(7)
    return weights


def wrapped(weights):
    return {"epoch": 3, "state_dict": OrderedDict(("module." + key, value) for key, value in weights.items())}


def save_generator(name, generator, weights, size=None, **options):
    """Beside the file, an image and what PyTorch makes of it."""
    channels = next(parameter for parameter in generator.parameters() if parameter.ndim == 4).shape[1]
    image = torch.rand(1, channels, *(size or (16, 16 if isinstance(generator, UNetGenerator) else 20))) * 2 - 1
    with torch.no_grad():
        translated = generator(image)
    if name.endswith(".safetensors"):
        save_file(weights, GOLDEN / name)
    else:
        torch.save(weights, GOLDEN / name, **options)
    save_file({"image": image, "translated": translated}, GOLDEN / (Path(name).stem + ".expected.safetensors"))


def discriminator(network, channels=3):
    if network == "pixel":
        layers = [
            nn.Conv2d(channels, 2, 1), nn.ReLU(), nn.Conv2d(2, 4, 1), nn.Identity(), nn.ReLU(), nn.Conv2d(4, 1, 1)]
        return {"net." + key: value for key, value in nn.Sequential(*layers).state_dict().items()}
    layers = [nn.Conv2d(channels, 2, 4), nn.ReLU(), nn.Conv2d(2, 4, 4), nn.Identity(), nn.ReLU(), nn.Conv2d(4, 1, 4)]
    return {"model." + key: value for key, value in nn.Sequential(*layers).state_dict().items()}


def generators():
    legacy = {"_use_new_zipfile_serialization": False}
    torch.manual_seed(2)
    generator = resnet(9, 1)
    save_generator("resnet-9-latest_net_G_A.pth", generator, generator.state_dict())
    generator = resnet(6, 1)
    save_generator("resnet-6-old-latest_net_G_B.pth", generator, with_old_statistics(generator), **legacy)
    generator = resnet(2, 2, dropout=True, channels=(1, 3))
    save_generator("resnet-dropout.pth", generator, wrapped(generator.state_dict()))
    generator = resnet(2, 2, batch=True)
    save_generator("resnet-batch.pth", generator, generator.state_dict())
    generator = resnet(1, 2, batch=True, dropout=True)
    save_generator("resnet-batch-dropout.pth", generator, generator.state_dict(), **legacy)
    generator = resnet(1, 2, resize=True, channels=(3, 1))
    save_generator("resnet-resize.safetensors", generator, generator.state_dict())

    damaged = resnet(1, 1).state_dict()
    del damaged["model.4.bias"]
    damaged["model.7.weight"] = torch.zeros(4, 3, 3, 3)
    torch.save(damaged, GOLDEN / "resnet-damaged.pth")
    torch.save(discriminator("patch"), GOLDEN / "patch-discriminator.pth")
    torch.save(discriminator("pixel"), GOLDEN / "pixel-discriminator.pth")
    torch.save({"model.model.0.weight": torch.zeros(2, 3, 4, 4)}, GOLDEN / "unet.pth")
    failed = resnet(0, 1).state_dict()
    failed["model.1.bias"][0] = float("nan")
    torch.save(failed, GOLDEN / "resnet-not-finite.pth")

    torch.manual_seed(5)
    generator = randomized(UNetGenerator(2, 3))
    save_generator("unet-batch.pth", generator, generator.state_dict())
    generator = randomized(UNetGenerator(2, 3, norm="instance"))
    save_generator("unet-instance-old.pth", generator, with_old_statistics(generator), **legacy)
    generator = randomized(UNetGenerator(2, 4, channels=(1, 2)))
    save_generator("unet-color.pth", generator, wrapped(generator.state_dict()), **legacy)
    generator = randomized(UNetGenerator(3, 2, norm="instance", channels=(3, 1)))
    save_generator("unet-shallow.pth", generator, prefixed("netG.", generator.state_dict()))
    generator = resnet(1, 2, batch=True, channels=(1, 2))
    save_generator("resnet-color.pth", generator, generator.state_dict())
    torch.save(discriminator("patch", 6), GOLDEN / "patch-discriminator-conditional.pth")
    contrastive = randomized(Generator(2, 2, "antialiased", downsampling="antialiased"))
    save_generator("resnet-antialiased-latest_net_G.pth", contrastive, contrastive.state_dict())
    # As gan-compression saves them, whose blocks always have the module of dropout, and as joliGEN does.
    for name, norm, dropout, split in [
        ("gan-compression-separable", "instance", True, False), ("joligen-separable", "instance", False, True),
        ("joligen-separable-batch", "batch", False, True), ("joligen-plain", "instance", False, True),
    ]:
        kind = "plain" if "plain" in name else "separable"
        separable = randomized(Generator(2, 2, norm=norm, dropout=dropout, residual=kind))
        weights = separable.state_dict()
        save_generator(f"{name}.pth", separable, in_two_lists(weights, 12) if split else weights)


def pix2pixhd():
    """The global generator, and small parts of what lies beside it in its folder and CUT's."""
    torch.manual_seed(9)
    generator = randomized(Generator(1, 2, halvings=4))
    save_generator("pix2pixhd-latest_net_G.pth", generator, generator.state_dict(), (64, 80))
    weights = {key: torch.zeros(shape) for key, shape in {
        "model.1.weight": (4, 3, 7, 7), "model.1.bias": (4,), "model.4.weight": (8, 4, 3, 3), "model.4.bias": (8,),
        "model1_1.1.weight": (2, 3, 7, 7), "model1_2.0.conv_block.1.weight": (4, 4, 3, 3)}.items()}
    torch.save(weights, GOLDEN / "pix2pixhd-enhancer.pth")
    weights = {f"scale{scale}_layer0.0.weight": torch.zeros(2, 6, 4, 4) for scale in range(2)}
    torch.save(weights, GOLDEN / "pix2pixhd-discriminators.pth")
    torch.save({"mlp_0.0.weight": torch.zeros(4, 3), "mlp_0.2.weight": torch.zeros(4, 4)}, GOLDEN / "cut-projections.pth")


def in_two_lists(weights, first):
    """The names in joliGEN's files, where modules from `first` on are the decoder's."""
    def name(key):
        _, module, rest = key.split(".", 2)
        module = int(module)
        return f"encoder.model.{module}.{rest}" if module < first else f"decoder.model.{module - first}.{rest}"
    return OrderedDict((name(key), value) for key, value in weights.items())


def initialized(network):
    """Random weights that roughly preserve the size of activations and keep outputs in or near 0 to 1."""
    for name, parameter in network.named_parameters():
        if parameter.ndim == 4:
            nn.init.kaiming_normal_(parameter, 0.2)
        elif name.endswith("weight"):
            nn.init.uniform_(parameter, 0.1, 1)
        else:
            nn.init.normal_(parameter, 0, 0.1)
    for name, buffer in network.named_buffers():
        if "running" in name:
            nn.init.uniform_(buffer, 0.5, 1.5)
    return network.eval()


def prefixed(prefix, weights):
    return OrderedDict((prefix + key, value) for key, value in weights.items())


def save_upscaler(name, network, contents, size=(5, 6), **options):
    """Beside the file, an image and what PyTorch makes of it."""
    first = next(parameter for parameter in network.parameters() if parameter.ndim == 4)
    channels = first.shape[1] // getattr(network, "unshuffling", 1) ** 2
    image = torch.rand(1, channels, *size)
    with torch.no_grad():
        upscaled = network(image)
    torch.save(contents, GOLDEN / name, **options)
    save_file({"image": image, "upscaled": upscaled}, GOLDEN / (Path(name).stem + ".expected.safetensors"))


def upscalers():
    legacy = {"_use_new_zipfile_serialization": False}
    torch.manual_seed(3)
    network = initialized(RRDBNet(4, 2, 1))
    other = {key: value + 1 for key, value in network.state_dict().items()}
    save_upscaler("rrdb-x4.pth", network, {"params": other, "params_ema": network.state_dict()})
    network = initialized(RRDBNet(4, 2, 2, scale=2))
    save_upscaler("rrdb-x2.pth", network, {"params": prefixed("module.", network.state_dict())}, size=(6, 8))
    network = initialized(RRDBNet(4, 2, 1, scale=1, channels=1, output_channels=1))
    save_upscaler("rrdb-x1.pth", network, network.state_dict(), size=(8, 12))
    network = initialized(RRDBNet(4, 3, 1))
    save_upscaler("rrdb-trunk-x4.pth", network, network.trunk_state(), **legacy)
    network = initialized(RRDBNet(4, 2, 1, scale=2))
    save_upscaler("rrdb-trunk-x2.pth", network, prefixed("netG.", network.trunk_state()), size=(6, 8))
    network = initialized(RRDBNet(4, 2, 2))
    save_upscaler("rrdb-modules-x4.pth", network, network.module_state(), **legacy)
    network = initialized(RRDBNet(4, 2, 1, scale=2, upsamplings=1))
    save_upscaler("rrdb-modules-x2.pth", network, {"model": network.module_state()})
    network = initialized(RRDBNet(4, 2, 1, scale=2))
    save_upscaler("rrdb-modules-unshuffled-x2.pth", network, network.module_state(), size=(6, 8))
    network = initialized(SRVGGNet(4, 3))
    save_upscaler("srvgg-x4.pth", network, {"params": network.state_dict()})
    network = initialized(SRVGGNet(4, 0, scale=2, channels=1)).half().float()
    half = {key: value.half() for key, value in network.state_dict().items()}
    save_upscaler("srvgg-x2-half.pth", network, {"params_ema": prefixed("_orig_mod.", half)})
    for scale in [2, 3, 4]:
        network = initialized(MSRResNet(4, 2, scale))
        save_upscaler(f"msrresnet-x{scale}.pth", network, {"params": network.state_dict()})
    network = initialized(SRResNet(4, 1))
    weights = prefixed("module.", network.state_dict())
    save_upscaler("srresnet-x4.pth", network, {"epoch": 7, "best_psnr": 30.5, "state_dict": weights})
    network = initialized(SRResNet(4, 1, scale=3))
    save_upscaler("srresnet-x3.pth", network, {"model_state_dict": network.state_dict(), "epoch": 7})
    network = initialized(BoundedSRResNet(4, 2, scale=2))
    save_upscaler("srresnet-bounded-x2.pth", network, network.state_dict(), **legacy)
    network = initialized(BoundedSRResNet(4, 1, scale=8))
    save_upscaler("srresnet-bounded-x8.pth", network, network.state_dict())
    network = initialized_span(SPAN(4, 2))
    save_upscaler("span-x4.pth", network, {"params": {}, "params_ema": with_old_kernels(network.state_dict())})
    network = initialized_span(SPAN(4, 1, scale=3, channels=1, norm=False))
    save_upscaler("span-unnormalized-x3.pth", network, prefixed("module.", with_old_kernels(network.state_dict())))
    network = initialized_span(SPAN(4, 3, scale=2, folded=True))
    save_upscaler("span-folded-x2.pth", network, {"params": network.state_dict()}, **legacy)


def initialized_span(network):
    """The features, made from values in 0 to 255, are brought back to 0 to 1."""
    network = initialized(network)
    with torch.no_grad():
        network.upsampler[0].weight *= 0.05 / 255
    return network


def with_old_kernels(state):
    """The folded kernels that published files hold beside the branches, of which these need not be made any more."""
    kernels = OrderedDict()
    for key, value in state.items():
        kernels[key] = value
        if key.endswith("conv.2.bias"):
            path, inputs = key.removesuffix("conv.2.bias"), state[key.replace("conv.2.bias", "sk.weight")].shape[1]
            kernels[f"{path}eval_conv.weight"] = torch.randn(len(value), inputs, 3, 3)
            kernels[f"{path}eval_conv.bias"] = torch.randn(len(value))
    return kernels


def judges():
    """Networks that are trained beside a generator and must not be mistaken for one."""
    torch.manual_seed(4)
    torch.save({"params": VGGDiscriminator(1, 32).state_dict()}, GOLDEN / "vgg-discriminator.pth")
    torch.save({"params": UNetDiscriminator(1).state_dict()}, GOLDEN / "unet-discriminator.pth")
    network = initialized(VGG(1))
    image = torch.rand(1, 3, 20, 18)
    with torch.no_grad():
        features = network.at(image, ["conv2_2", "conv5_4"])
    torch.save(network.state_dict(), GOLDEN / "vgg19.pth")
    torch.save(network.features.state_dict(), GOLDEN / "vgg19-features.pth")
    expected = {"image": image, "conv2_2": features[0], "conv5_4": features[1]}
    save_file(expected, GOLDEN / "vgg19.expected.safetensors")
    image, places = torch.rand(1, 3, 20, 23), ["conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3"]
    for name, network in [("vgg16", initialized(VGG(1, 16))), ("vgg16-antialiased", initialized(AntialiasedVGG16(1)))]:
        with torch.no_grad():
            features = network.at(image, places)
        torch.save(network.state_dict(), GOLDEN / f"{name}.pth")
        save_file({"image": image} | dict(zip(places, features)), GOLDEN / f"{name}.expected.safetensors")


def classifier():
    """A classifier whose tensors are named like those of common residual networks."""
    network = nn.Module()
    network.conv1 = nn.Conv2d(3, 4, 7, bias=False)
    network.bn1 = nn.BatchNorm2d(4)
    block = nn.Module()
    block.conv1 = nn.Conv2d(4, 4, 3, bias=False)
    block.bn1 = nn.BatchNorm2d(4)
    network.layer1 = nn.Sequential(block)
    network.fc = nn.Linear(4, 10)
    torch.save(network.state_dict(), GOLDEN / "classifier.pth")


def hostile():
    zip_of("hostile-os-system.pth", {"data.pkl": call("os", "system", "touch /tmp/ran"), "version": "3"})
    zip_of("hostile-protocol-4.pth", {"data.pkl": call("os", "system", "touch /tmp/ran", protocol=4), "version": "3"})
    zip_of("hostile-torch-hub.pth", {"data.pkl": call("torch.hub", "load", "someone/repository"), "version": "3"})
    legacy_of("hostile-eval-legacy.pth", call("builtins", "eval", "1/0"))
    (GOLDEN / "hostile-bare.pth").write_bytes(call("os", "system", "touch /tmp/ran"))
    # Each tuple contains the previous one twice: walking it visits 2^28 values.
    bomb = b"\x80\x02}" + b"X\x01\0\0\0a" + b")" + b"".join(b"2\x86" for _ in range(28)) + b"s."
    zip_of("hostile-doubling.pth", {"data.pkl": bomb, "version": "3"})
    nested = b"\x80\x02N" + b"\x85" * 20_000 + b"."
    zip_of("hostile-nesting.pth", {"data.pkl": nested, "version": "3"})
    # A dictionary that contains itself.
    knot = b"\x80\x02}q\0X\x01\0\0\0ah\0s."
    zip_of("hostile-knot.pth", {"data.pkl": knot, "version": "3"})


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    # A single key, because the package writes several in random order.
    metadata = {"note": 'a "quoted" line\nand émigré 🎨'}
    save_file(every_type(), GOLDEN / "every-type.safetensors", metadata=metadata)

    legacy = {"_use_new_zipfile_serialization": False}
    save("every-type-zip.pth", every_type(), every_type())
    save("every-type-legacy.pth", every_type(), every_type(), **legacy)
    save("views-zip.pth", views(), views())
    save("views-legacy.pth", views(), views(), **legacy)
    save("views-protocol-4.pth", views(), views(), pickle_protocol=4)
    save("views-legacy-protocol-4.pth", views(), views(), pickle_protocol=4, **legacy)
    state, weights = training_state()
    save("training-state-zip.pth", state, weights)
    save("training-state-legacy.pth", state, weights, **legacy)
    save("list.pth", [torch.ones(2), {"a": torch.zeros(1)}], {"0": torch.ones(2), "1.a": torch.zeros(1)})
    torch.save({"a": torch.ones(3).expand(4, 3)}, GOLDEN / "expanded.pth")
    torch.save({"epoch": 3}, GOLDEN / "no-tensors.pth")
    torch.save(nn.Conv2d(1, 1, 1), GOLDEN / "whole-module.pth")
    torch.save(nn.Conv2d(1, 1, 1), GOLDEN / "whole-module-legacy.pth", **legacy)

    repacked("views-zip.pth", "views-compressed.pth", zipfile.ZIP_DEFLATED)
    zipfile.ZIP64_LIMIT = 0
    repacked("views-zip.pth", "views-zip64.pth", zipfile.ZIP_STORED)
    zipfile.ZIP64_LIMIT = (1 << 31) - 1
    hostile()
    generators()
    pix2pixhd()
    upscalers()
    judges()
    classifier()


if __name__ == "__main__":
    main()
