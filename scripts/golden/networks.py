"""CycleGAN's networks (Zhu et al. 2017) in PyTorch, with the keys of the published files."""

import torch
from torch import nn

from golden import Values


def norm_layer(norm, channels):
    return nn.BatchNorm2d(channels) if norm == "batch" else nn.InstanceNorm2d(channels)


class ResidualBlock(nn.Module):
    def __init__(self, width, norm):
        super().__init__()
        bias = norm == "instance"
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm_layer(norm, width), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3, bias=bias), norm_layer(norm, width))

    def forward(self, x):
        return x + self.conv_block(x)


class Generator(nn.Module):
    """`upsampling` is "transposed", or "resizeConvolution" for nearest-neighbour upsampling and a convolution."""

    def __init__(self, width, blocks, upsampling="transposed", norm="instance"):
        super().__init__()
        bias = norm == "instance"

        def finish(channels):
            return [norm_layer(norm, channels), nn.ReLU()]

        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7, bias=bias), *finish(width)]
        for channels in [width, 2 * width]:
            layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1, bias=bias), *finish(2 * channels)]
        layers += [ResidualBlock(4 * width, norm) for _ in range(blocks)]
        for channels in [4 * width, 2 * width]:
            if upsampling == "transposed":
                layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, output_padding=1, bias=bias)]
            else:
                layers += [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1),
                           nn.Conv2d(channels, channels // 2, 3, bias=bias)]
            layers += finish(channels // 2)
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class PatchDiscriminator(nn.Module):
    def __init__(self, width, layers, channels=3, norm="instance"):
        super().__init__()
        sequence = [nn.Conv2d(channels, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        before = width
        for index in range(1, layers + 1):
            after = width * min(2**index, 8)
            sequence += [nn.Conv2d(before, after, 4, 2 if index < layers else 1, 1, bias=norm == "instance"),
                         norm_layer(norm, after), nn.LeakyReLU(0.2)]
            before = after
        self.model = nn.Sequential(*sequence, nn.Conv2d(before, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class PixelDiscriminator(nn.Module):
    def __init__(self, width, channels=3):
        super().__init__()
        self.net = nn.Sequential(
            nn.Conv2d(channels, width, 1), nn.LeakyReLU(0.2), nn.Conv2d(width, 2 * width, 1),
            nn.InstanceNorm2d(2 * width), nn.LeakyReLU(0.2), nn.Conv2d(2 * width, 1, 1))

    def forward(self, x):
        return self.net(x)


def initialize(network, seed, scale=0.02, precision=torch.float16):
    """Weights N(0, scale) that `precision` holds exactly; biases N(0, 0.1), so that a misplaced one shows; batch norm's
    scales and running statistics off their usual 0 and 1."""
    values = Values(seed, precision)
    network.double()
    for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
        if name.endswith("running_var") or (name.endswith("weight") and tensor.dim() == 1):
            tensor.data = values.uniform(0.5, 2, *tensor.shape)
        elif tensor.is_floating_point():
            tensor.data = values.normal(*tensor.shape, scale=scale if name.endswith("weight") else 0.1)
    return network


def state(network):
    return {key: value for key, value in network.state_dict().items() if value.is_floating_point()}


def channels_last(x):
    return x.permute(0, 2, 3, 1)
