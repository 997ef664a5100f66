"""Makes weight files as others save them: generators under the names, with the parts and in the containers of well-known
repositories, with random weights, and what PyTorch makes of an image.

    venv/bin/python scripts/golden/variants.py

Writes into Tests/CheckpointsTests/Golden/Variants. Beside each file, `<name>.expected.safetensors` has an `image` and
the `result`, both in the range that the network's users see: 0 to 1 for super-resolution, -1 to 1 for translation.
"""

import argparse
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from networks import Generator, MSRResNet, PatchDiscriminator, RRDBNet, ResidualDenseBlock, UNetGenerator
from safetensors.torch import save_file
from torch import nn
from torch.nn import functional
from torch.nn.utils import parametrizations, spectral_norm, weight_norm

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden/Variants"

MEAN = torch.tensor([0.485, 0.456, 0.406])[:, None, None]
DEVIATION = torch.tensor([0.229, 0.224, 0.225])[:, None, None]
TO = {"unit": lambda x: x, "signed": lambda x: 2 * x - 1, "imageNet": lambda x: (x - MEAN) / DEVIATION}
FROM = {"unit": lambda x: x, "signed": lambda x: (x + 1) / 2, "imageNet": lambda x: x * DEVIATION + MEAN}


def initialized(network):
    """Random weights that roughly preserve the size of activations, and statistics that are not those of a new norm."""
    for name, parameter in network.named_parameters():
        if parameter.ndim == 4:
            nn.init.kaiming_normal_(parameter, 0.2)
            with torch.no_grad():
                parameter *= 0.7
        elif name.endswith("weight"):
            nn.init.uniform_(parameter, 0.1, 1)
        else:
            nn.init.normal_(parameter, 0, 0.1)
    for name, buffer in network.named_buffers():
        if "running" in name:
            nn.init.uniform_(buffer, 0.5, 1.5)
    return network.eval()


def half(state):
    return OrderedDict((key, value.half()) for key, value in state.items())


def expect(name, network, size, to="unit", back="unit", signed=False):
    image = torch.rand(1, 3, *size)
    if signed:
        image = image * 2 - 1
    with torch.no_grad():
        result = FROM[back](network(TO[to](image)))
    save_file({"image": image, "result": result.contiguous()}, GOLDEN / f"{name}.expected.safetensors")


def upscaler(name, network, contents=None, to="unit", back="unit", **options):
    torch.save(network.state_dict() if contents is None else contents, GOLDEN / f"{name}.pth", **options)
    expect(name, network, (6, 7), to, back)


# Super-resolution ResNets: the order of a network's modules, under the names that each repository gives them.


class Sum(nn.Module):
    """A block whose child of the given name, or whose children in order, make what is added to the input."""

    def __init__(self, **children):
        super().__init__()
        for name, child in children.items():
            self.add_module(name, child)

    def forward(self, x):
        y = x
        for child in self.children():
            y = child(y)
        return x + y


def chain(**children):
    return nn.Sequential(OrderedDict(children))


def convolution(inputs, outputs, kernel=3, bias=True):
    return nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=bias)


class SuperResolution(nn.Module):
    """`parts` in order: the first features, the blocks, what follows them, the upsampling, the end."""

    def __init__(self, parts, end=None):
        super().__init__()
        self.order = list(parts)
        for name, part in parts.items():
            self.add_module(name, part)
        self.end = end or nn.Identity()

    def forward(self, x):
        first, blocks, trunk, *rest = self.order
        shallow = self.run(first, x)
        y = shallow + self.run(trunk, self.run(blocks, shallow))
        for name in rest:
            y = self.run(name, y)
        return self.end(y)

    def run(self, name, x):
        return self.get_submodule(name)(x)


class LeakyNetwork(nn.Module):
    """No biases, LeakyReLU, instance or batch norms."""

    def __init__(self, instance, width=4):
        super().__init__()
        letters = "in" if instance else "bn"

        def norm():
            return nn.InstanceNorm2d(width, affine=True) if instance else nn.BatchNorm2d(width)

        self.conv_input = convolution(3, width, 9, bias=False)
        self.residual = nn.Sequential(*[
            Sum(**{"conv1": convolution(width, width, bias=False), f"{letters}1": norm(), "relu": nn.LeakyReLU(0.2),
                   "conv2": convolution(width, width, bias=False), f"{letters}2": norm()}) for _ in range(2)])
        self.conv_mid = convolution(width, width, bias=False)
        self.mid = f"{letters}_mid"
        self.add_module(self.mid, norm())
        steps = []
        for _ in range(2):
            steps += [convolution(width, 4 * width, bias=False), nn.PixelShuffle(2), nn.LeakyReLU(0.2)]
        self.upscale4x = nn.Sequential(*steps)
        self.conv_output = convolution(width, 3, 9, bias=False)

    def forward(self, x):
        x = functional.leaky_relu(self.conv_input(x), 0.2)
        x = x + self.get_submodule(self.mid)(self.conv_mid(self.residual(x)))
        return self.conv_output(self.upscale4x(x))


def collection(later, width=4):
    """Norms in the upsampling; in its later version norms with an epsilon of 0.8 and learnt slopes."""
    def rectifier():
        return nn.PReLU() if later else nn.ReLU()

    def norm():
        return nn.BatchNorm2d(width, 0.8) if later else nn.BatchNorm2d(width)

    def block():
        return Sum(conv_block=nn.Sequential(
            convolution(width, width), norm(), rectifier(), convolution(width, width), norm()))

    steps = []
    for _ in range(2):
        steps += [convolution(width, 4 * width), nn.BatchNorm2d(4 * width), nn.PixelShuffle(2), rectifier()]
    return initialized(SuperResolution({
        "conv1": nn.Sequential(convolution(3, width, 9), rectifier()),
        "res_blocks": nn.Sequential(*[block() for _ in range(3)]),
        "conv2": nn.Sequential(convolution(width, width), norm()),
        "upsampling": nn.Sequential(*steps),
        "conv3": nn.Sequential(convolution(width, 3, 9), nn.Tanh()),
    }))


def tutorial(width=4):
    def part(inputs, outputs, kernel, *then):
        return chain(conv_block=nn.Sequential(convolution(inputs, outputs, kernel), *then))

    blocks = [
        Sum(conv_block1=part(width, width, 3, nn.BatchNorm2d(width), nn.PReLU()),
            conv_block2=part(width, width, 3, nn.BatchNorm2d(width))) for _ in range(2)]
    return initialized(SuperResolution({
        "conv_block1": part(3, width, 9, nn.PReLU()),
        "residual_blocks": nn.Sequential(*blocks),
        "conv_block2": part(width, width, 3, nn.BatchNorm2d(width)),
        "subpixel_convolutional_blocks": nn.Sequential(
            chain(conv=convolution(width, 4 * width), pixel_shuffle=nn.PixelShuffle(2), prelu=nn.PReLU())),
        "conv_block3": part(width, 3, 9, nn.Tanh()),
    }))


def channelwise(width=6):
    def part(inputs, outputs, kernel, norm=True, slope=False):
        parts = {"cnn": convolution(inputs, outputs, kernel, bias=not norm)}
        parts["bn"] = nn.BatchNorm2d(outputs) if norm else nn.Identity()
        # Every part has slopes, and only some use them.
        if slope:
            parts["act"] = nn.PReLU(outputs)
        return chain(**parts)

    return initialized(SuperResolution({
        "initial": part(3, width, 9, norm=False, slope=True),
        "residuals": nn.Sequential(*[
            Sum(block1=part(width, width, 3, slope=True), block2=part(width, width, 3)) for _ in range(2)]),
        "convblock": part(width, width, 3),
        "upsamples": nn.Sequential(*[
            chain(conv=convolution(width, 4 * width), ps=nn.PixelShuffle(2), act=nn.PReLU(width)) for _ in range(2)]),
        "final": convolution(width, 3, 9),
    }, torch.tanh))


def unseen(norm=True, edge=9, trunk_norm=True, width=5, shuffles=(2, 2)):
    """Under names that no repository has."""
    def norms():
        return [nn.BatchNorm2d(width)] if norm else []

    blocks = [
        Sum(path=nn.Sequential(
            convolution(width, width), *norms(), nn.PReLU(), convolution(width, width), *norms())) for _ in range(2)]
    steps = [chain(a=convolution(width, width * step**2), b=nn.PixelShuffle(step), c=nn.PReLU()) for step in shuffles]
    return initialized(SuperResolution({
        "head": nn.Sequential(convolution(3, width, edge), nn.PReLU()),
        "deep": nn.Sequential(*blocks),
        "fuse": nn.Sequential(convolution(width, width), *(norms() if trunk_norm else [])),
        "grow": nn.Sequential(*steps),
        "tail": convolution(width, 3, edge),
    }))


class ResidualDenseBlockPlus(ResidualDenseBlock):
    """ESRGAN+'s: a 1x1 convolution of the input is added to the second output, and that to the fourth."""

    def __init__(self, width, growth):
        super().__init__(width, growth)
        self.conv1x1 = nn.Conv2d(width, growth, 1, bias=False)

    def forward(self, x):
        x1 = functional.leaky_relu(self.conv1(x), 0.2)
        x2 = functional.leaky_relu(self.conv2(torch.cat([x, x1], 1)), 0.2) + self.conv1x1(x)
        x3 = functional.leaky_relu(self.conv3(torch.cat([x, x1, x2], 1)), 0.2)
        x4 = functional.leaky_relu(self.conv4(torch.cat([x, x1, x2, x3], 1)), 0.2) + x2
        return x + 0.2 * self.conv5(torch.cat([x, x1, x2, x3, x4], 1))


def plus():
    network = RRDBNet(4, 3, 2)
    for block in network.body:
        for name in ["rdb1", "rdb2", "rdb3"]:
            block.add_module(name, ResidualDenseBlockPlus(4, 3))
    return initialized(network)


def plus_in_modules(network):
    shortcuts = {key: value for key, value in network.state_dict().items() if "conv1x1" in key}
    plain = OrderedDict((key, value) for key, value in network.state_dict().items() if key not in shortcuts)
    network.state_dict, kept = (lambda: plain), network.state_dict
    state = network.module_state()
    network.state_dict = kept
    for key, value in shortcuts.items():
        _, block, dense, rest = key.split(".", 3)
        state[f"model.1.sub.{block}.{dense.upper()}.{rest}"] = value
    return state


def upscalers():
    torch.manual_seed(21)
    network = initialized(LeakyNetwork(instance=False))
    upscaler("leaky", network, {"epoch": 500, "model": network})
    upscaler("leaky-instance", initialized(LeakyNetwork(instance=True)))
    upscaler("collection-first", collection(False), to="signed", back="signed")
    upscaler("collection", collection(True), to="imageNet", back="imageNet")
    network = tutorial()
    holder = nn.Module()
    holder.net = network
    upscaler("tutorial", network, {"epoch": 3, "generator": holder, "optimizer_g": torch.optim.Adam(network.parameters())},
             to="imageNet", back="signed")
    upscaler("channelwise", channelwise(), back="signed")
    upscaler("unseen", unseen())
    upscaler("unseen-without-norms", unseen(norm=False, edge=3))
    upscaler("unseen-x3", unseen(trunk_norm=False, shuffles=(3,)))
    torch.save(initialized(SuperResolution({
        "head": nn.Sequential(convolution(3, 5, 9), nn.ReLU()),
        "deep": nn.Sequential(Sum(path=nn.Sequential(convolution(5, 5), nn.ReLU(), convolution(5, 5)))),
        "fuse": convolution(5, 5),
        "tail": convolution(5, 3, 9),
    })).state_dict(), GOLDEN / "unknown-rectifiers.pth")

    network = plus()
    upscaler("esrgan-plus", network)
    upscaler("esrgan-plus-modules", network, plus_in_modules(network), _use_new_zipfile_serialization=False)
    network = initialized(MSRResNet(4, 2))
    names = {"body.": "recon_trunk.", "conv_hr.": "HRconv."}
    state = OrderedDict()
    for key, value in network.state_dict().items():
        old = next((name for name in names if key.startswith(name)), "")
        state[names.get(old, "") + key.removeprefix(old)] = value
    upscaler("mmsr", network, state)


# Containers.


def resnet(**options):
    return initialized(Generator(2, 1, **options))


def translator(name, network, contents, **options):
    torch.save(contents, GOLDEN / f"{name}.pth", **options)
    expect(name, network, (16, 20), signed=True)


def prefixed(prefix, state):
    return OrderedDict((prefix + key, value) for key, value in state.items())


class Progress:
    """An object of a class that only the training script knows."""

    def __init__(self):
        self.losses = [0.5, 0.25]
        self.best = {"value": 0.25}


def containers():
    torch.manual_seed(22)
    network, other, judge = resnet(), resnet(), PatchDiscriminator(2, 1)
    state = network.state_dict()
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.zeros(1, 3, 16, 16)).sum().backward()
    optimizer.step()
    state = network.state_dict()
    lightning = prefixed("generator.", state) | prefixed("discriminator.", judge.state_dict())
    translator("lightning", network, {
        "epoch": 7, "global_step": 100, "pytorch-lightning_version": "2.1.0", "state_dict": lightning,
        "hyper_parameters": argparse.Namespace(lr=2e-4, path=Path("data")), "callbacks": {"progress": Progress()},
        "optimizer_states": [optimizer.state_dict()]})
    both = {
        "epoch": 3, "netG_A2B": state, "netG_B2A": other.state_dict(), "netD_A": judge.state_dict(),
        "netD_B": judge.state_dict(), "optimizer_G": optimizer.state_dict()}
    translator("two-generators", network, both)
    nameless = prefixed("G.", state) | prefixed("F.", other.state_dict())
    torch.save(nameless, GOLDEN / "two-without-directions.pth")
    translator("average", network, {"generator": other.state_dict(), "generator_ema": state, "step": 9})
    translator("average-beside", network, prefixed("netG.", other.state_dict()) | prefixed("netG_ema.", state))
    averaged = torch.optim.swa_utils.AveragedModel(network)
    translator("averaged-model", network, averaged.state_dict())
    translator("any-prefix", network, prefixed("trainer.my_network.", state))
    profiled = OrderedDict(state)
    for name, _ in network.named_modules():
        dot = f"{name}." if name else ""
        profiled[f"{dot}total_ops"] = torch.zeros(1, dtype=torch.float64)
        profiled[f"{dot}total_params"] = torch.zeros(1, dtype=torch.float64)
    translator("profiled", network, profiled)
    rounded = resnet()
    rounded.load_state_dict(half(rounded.state_dict()))
    translator("half", rounded, {"params": prefixed("module.", half(rounded.state_dict()))})
    renamed = OrderedDict(
        (key.replace("model.", "main.").replace("conv_block", "res"), value) for key, value in state.items())
    translator("other-names", network, renamed)
    torch.save(
        prefixed("stage1.", state) | {"stage2.weight": torch.zeros(3, 3, 3, 3)}, GOLDEN / "part-of-more.pth")

    translator("module", network, network)
    translator("module-legacy", network, network, _use_new_zipfile_serialization=False)
    translator("module-parallel", network, {"netG": nn.DataParallel(network), "netD": judge})
    image = torch.rand(1, 3, 16, 20)
    torch.jit.trace(network, image).save(GOLDEN / "traced.pt")
    expect("traced", network, (16, 20), signed=True)
    torch.jit.script(network.model).save(GOLDEN / "scripted.pt")
    expect("scripted", network, (16, 20), signed=True)
    with zipfile.ZipFile(GOLDEN / "module.pth") as source:
        with zipfile.ZipFile(GOLDEN / "module-deflated.pth", "w", zipfile.ZIP_DEFLATED) as target:
            for entry in source.namelist():
                target.writestr(entry, source.read(entry))
    expect("module-deflated", network, (16, 20), signed=True)


# Weights computed from others, and norms.


def normalized(network, norm):
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
            norm(module)
    with torch.no_grad():
        for _ in range(3):
            network.train()(torch.rand(1, 3, 16, 16))
    return network.eval()


def reparameterized():
    for name, norm in [
        ("spectral", spectral_norm), ("spectral-parametrized", parametrizations.spectral_norm),
        ("directed", weight_norm), ("directed-parametrized", parametrizations.weight_norm),
    ]:
        torch.manual_seed(23)
        network = normalized(resnet(), norm)
        translator(name, network, network.state_dict())


def affine(network):
    for parent in list(network.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, nn.InstanceNorm2d):
                setattr(parent, name, nn.InstanceNorm2d(child.num_features, affine=True))
    return initialized(network)


def norms():
    torch.manual_seed(24)
    network = affine(Generator(2, 1))
    translator("affine", network, network.state_dict())
    # The innermost steps keep more than one pixel, of which alone a norm is not defined.
    network = affine(UNetGenerator(2, 3, norm="instance"))
    translator_of_size(network, "affine-unet", (24, 32))
    network = initialized(UNetGenerator(2, 3))
    with torch.no_grad():
        network.train()(torch.rand(2, 3, 16, 24))
    torch.save(network.state_dict(), GOLDEN / "batch-statistics.pth")
    image = torch.rand(1, 3, 16, 24) * 2 - 1
    with torch.no_grad():
        running = network.eval()(image)
        batch = network.train()(image)
    save_file({"image": image, "running": running, "asInTraining": batch},
              GOLDEN / "batch-statistics.expected.safetensors")


def translator_of_size(network, name, size):
    torch.save(network.state_dict(), GOLDEN / f"{name}.pth")
    expect(name, network, size, signed=True)


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    upscalers()
    containers()
    reparameterized()
    norms()


if __name__ == "__main__":
    main()
