"""CycleGAN's networks (Zhu et al. 2017) in PyTorch, with the published files' key structure, and their parameters under
Guise's names and layouts."""

import torch
from torch import nn

from golden import Values


def norm(channels):
    return nn.InstanceNorm2d(channels, eps=1e-5)


class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), norm(width), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), norm(width))

    def forward(self, x):
        return x + self.conv_block(x)


class Generator(nn.Module):
    """`upsampling` is "transposed", or "resizeConvolution" for nearest-neighbour upsampling and a convolution."""

    def __init__(self, width, blocks, upsampling="transposed"):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), norm(width), nn.ReLU()]
        for factor in [1, 2]:
            layers += [nn.Conv2d(width * factor, width * factor * 2, 3, 2, 1), norm(width * factor * 2), nn.ReLU()]
        layers += [ResidualBlock(width * 4) for _ in range(blocks)]
        for factor in [4, 2]:
            channels = (width * factor, width * factor // 2)
            if upsampling == "transposed":
                layers += [nn.ConvTranspose2d(*channels, 3, 2, 1, output_padding=1)]
            else:
                layers += [nn.Sequential(nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1), nn.Conv2d(*channels, 3))]
            layers += [norm(channels[1]), nn.ReLU()]
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class PatchDiscriminator(nn.Module):
    def __init__(self, width, layers, channels=3):
        super().__init__()
        sequence = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        before = width
        for index in range(1, layers + 1):
            after = width * min(2**index, 8)
            sequence += [nn.Conv2d(before, after, 4, 2 if index < layers else 1, 1), norm(after), nn.LeakyReLU(0.2)]
            before = after
        self.model = nn.Sequential(*sequence, nn.Conv2d(before, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class PixelDiscriminator(nn.Module):
    def __init__(self, width, channels=3):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(channels, width, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, 2 * width, 1), norm(2 * width),
            nn.LeakyReLU(0.2), nn.Conv2d(2 * width, 1, 1))

    def forward(self, x):
        return self.net(x)


def initialize(network, seed, scale=0.02):
    """Weights N(0, scale) that float32 holds exactly; biases N(0, 0.1), so that a misplaced one shows."""
    values = Values(seed)
    network.double()
    for name, parameter in network.named_parameters():
        parameter.data = values.normal(*parameter.shape, scale=scale if name.endswith("weight") else 0.1)
    return network


def convolutions(network):
    """The network's convolutions with Guise's names for them, in order."""
    modules = [m for m in network.modules() if isinstance(m, (nn.Conv2d, nn.ConvTranspose2d))]
    if isinstance(network, Generator):
        blocks = sum(isinstance(m, ResidualBlock) for m in network.modules())
        residual = [f"residual.{i}.{which}" for i in range(blocks) for which in ["first", "second"]]
        names = ["first", "down.0", "down.1", *residual, "up.0", "up.1", "last"]
    else:
        names = [f"layers.{i}" for i in range(len(modules))]
    assert len(names) == len(modules)
    return zip(names, modules)


def parameters(network):
    """Name and value of each parameter in Guise's layout: [kernel height, kernel width, in, out], transposed
    convolutions [kernel height, kernel width, out, in]."""
    for name, module in convolutions(network):
        # PyTorch holds [out, in, …], for transposed convolutions [in, out, …]: one permutation serves both.
        yield f"{name}.weight", module.weight.permute(2, 3, 1, 0)
        yield f"{name}.bias", module.bias


def channels_last(x):
    return x.permute(0, 2, 3, 1)
