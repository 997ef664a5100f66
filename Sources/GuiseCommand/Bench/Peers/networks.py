"""The networks of `guise bench compare` in PyTorch, with the tensor names of guise's files."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional


# CycleGAN's networks (Zhu et al. 2017, appendix).


def instance_norm(channels):
    return [nn.InstanceNorm2d(channels), nn.ReLU(True)]


class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), *instance_norm(width),
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))

    def forward(self, x):
        return x + self.conv_block(x)


class Generator(nn.Module):
    def __init__(self, blocks, width=64):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), *instance_norm(width)]
        for channels in (width, 2 * width):
            layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1), *instance_norm(2 * channels)]
        layers += [ResidualBlock(4 * width) for _ in range(blocks)]
        for channels in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1), *instance_norm(channels // 2)]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class PatchDiscriminator(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        layers = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2, True)]
        for channels, stride in ((width, 2), (2 * width, 2), (4 * width, 1)):
            layers += [nn.Conv2d(channels, 2 * channels, 4, stride, 1), nn.InstanceNorm2d(2 * channels),
                       nn.LeakyReLU(0.2, True)]
        self.model = nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


# ESRGAN's generator (Wang et al. 2018).


class DenseBlock(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        for index in range(5):
            convolution = nn.Conv2d(width + index * growth, growth if index < 4 else width, 3, 1, 1)
            setattr(self, f"conv{index + 1}", convolution)

    def forward(self, x):
        features = [x]
        for convolution in (self.conv1, self.conv2, self.conv3, self.conv4):
            features.append(functional.leaky_relu(convolution(torch.cat(features, 1)), 0.2, True))
        return x + 0.2 * self.conv5(torch.cat(features, 1))


class ResidualDenseBlocks(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (DenseBlock(width, growth) for _ in range(3))

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    def __init__(self, width=64, growth=32, blocks=23):
        super().__init__()
        self.conv_first = nn.Conv2d(3, width, 3, 1, 1)
        self.body = nn.Sequential(*[ResidualDenseBlocks(width, growth) for _ in range(blocks)])
        self.conv_body, self.conv_up1, self.conv_up2, self.conv_hr = (
            nn.Conv2d(width, width, 3, 1, 1) for _ in range(4))
        self.conv_last = nn.Conv2d(width, 3, 3, 1, 1)

    def forward(self, x):
        return self.finish(*self.begin(x))

    def begin(self, x):
        shallow = self.conv_first(x)
        return shallow, self.body[:12](shallow)

    def finish(self, shallow, x):
        x = shallow + self.conv_body(self.body[12:](x))
        for convolution in (self.conv_up1, self.conv_up2):
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = functional.leaky_relu(convolution(x), 0.2, True)
        return self.conv_last(functional.leaky_relu(self.conv_hr(x), 0.2, True))


class Stage(nn.Module):
    """Part of a network as a network of its own."""

    def __init__(self, network, forward):
        super().__init__()
        self.network = network
        self.forward = forward


# Real-ESRGAN's small generator (Wang et al. 2021).


class SRVGGNet(nn.Module):
    def __init__(self, width=64, convolutions=32, scale=4):
        super().__init__()
        layers = [nn.Conv2d(3, width, 3, 1, 1), nn.PReLU(width)]
        for _ in range(convolutions):
            layers += [nn.Conv2d(width, width, 3, 1, 1), nn.PReLU(width)]
        self.body = nn.Sequential(*layers, nn.Conv2d(width, 3 * scale**2, 3, 1, 1))
        self.scale = scale

    def forward(self, x):
        enlarged = functional.interpolate(x, scale_factor=float(self.scale), mode="nearest")
        return functional.pixel_shuffle(self.body(x), self.scale) + enlarged


# SPAN (Wan et al. 2023) in its folded form.


class FoldedConvolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.eval_conv = nn.Conv2d(inputs, outputs, 3, 1, 1)

    def forward(self, x):
        return self.eval_conv(x)


class AttentionBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.c1_r, self.c2_r, self.c3_r = (FoldedConvolution(width, width) for _ in range(3))

    def forward(self, x):
        inner = functional.silu(self.c1_r(x), True)
        y = self.c3_r(functional.silu(self.c2_r(inner), True))
        return (y + x) * (torch.sigmoid(y) - 0.5), inner


class SPAN(nn.Module):
    def __init__(self, width=48, blocks=6, scale=4):
        super().__init__()
        self.conv_1, self.conv_2 = FoldedConvolution(3, width), FoldedConvolution(width, width)
        self.blocks = blocks
        for index in range(blocks):
            setattr(self, f"block_{index + 1}", AttentionBlock(width))
        self.conv_cat = nn.Conv2d(4 * width, width, 1)
        self.upsampler = nn.Sequential(nn.Conv2d(width, 3 * scale**2, 3, 1, 1), nn.PixelShuffle(scale))
        self.register_buffer("mean", torch.tensor([0.4488, 0.4371, 0.4040]).reshape(1, 3, 1, 1), persistent=False)

    def forward(self, x):
        shallow = x = self.conv_1((x - self.mean) * 255)
        for index in range(self.blocks):
            x, inner = getattr(self, f"block_{index + 1}")(x)
            early = x if index == 0 else early
        return self.upsampler(self.conv_cat(torch.cat([shallow, self.conv_2(x), early, inner], 1)))


# EfficientNet-Lite0 (Tan and Le 2019), with the names of EfficientNet-PyTorch's files.


class SameConvolution(nn.Conv2d):
    """TensorFlow's SAME padding, without bias: where the zeros are odd in number, the one more stands at the end."""

    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        padding = kernel // 2 if stride == 1 else 0
        super().__init__(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)

    def forward(self, x):
        return super().forward(x if self.stride[0] == 1 else self.padded(x))

    def padded(self, x):
        # Numbers in a traced network too.
        zeros = [same_padding(int(size), self.kernel_size[0], self.stride[0]) for size in (x.shape[3], x.shape[2])]
        return functional.pad(x, zeros[0] + zeros[1])


def same_padding(size, kernel, stride):
    missing = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return [missing // 2, missing - missing // 2]


def tensorflow_norm(channels):
    return nn.BatchNorm2d(channels, eps=1e-3)


class InvertedResidual(nn.Module):
    def __init__(self, kernel, stride, expansion, inputs, outputs):
        super().__init__()
        inner = inputs * expansion
        self.expands, self.skips = expansion > 1, stride == 1 and inputs == outputs
        if self.expands:
            self._expand_conv, self._bn0 = SameConvolution(inputs, inner, 1), tensorflow_norm(inner)
        self._depthwise_conv = SameConvolution(inner, inner, kernel, stride, inner)
        self._bn1 = tensorflow_norm(inner)
        self._project_conv, self._bn2 = SameConvolution(inner, outputs, 1), tensorflow_norm(outputs)

    def forward(self, x):
        y = functional.relu6(self._bn0(self._expand_conv(x)), True) if self.expands else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)), True)
        y = self._bn2(self._project_conv(y))
        return x + y if self.skips else y


class EfficientNetLite0Encoder(nn.Module):
    # Count, kernel, stride, expansion, output channels.
    STAGES = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
              (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]

    def __init__(self, channels=3):
        super().__init__()
        self._conv_stem, self._bn0 = SameConvolution(channels, 32, 3, 2), tensorflow_norm(32)
        blocks, before = [], 32
        for count, kernel, stride, expansion, after in self.STAGES:
            for index in range(count):
                blocks.append(InvertedResidual(kernel, 1 if index else stride, expansion, before, after))
                before = after
        self._blocks = nn.ModuleList(blocks)

    def features(self, x):
        """At a half, a quarter, an eighth, a sixteenth and a thirty-second of the size."""
        # From -1...1 to the published weights' (p - 127) / 128 for p in 0...255.
        x = functional.relu6(self._bn0(self._conv_stem(x * (127.5 / 128) + 0.5 / 128)), True)
        found = []
        for block in self._blocks:
            x = block(x)
            found.append(x)
        return [found[index] for index in (0, 2, 4, 10, 15)]


class EfficientNetLite0(EfficientNetLite0Encoder):
    def __init__(self, classes=1000):
        super().__init__()
        self._conv_head, self._bn1 = SameConvolution(320, 1280, 1), tensorflow_norm(1280)
        self._fc = nn.Linear(1280, classes)

    def forward(self, x):
        return self._fc(functional.relu6(self._bn1(self._conv_head(self.features(x)[-1])), True).mean((2, 3)))


# Guise's colorizer that chooses from bins of colours (after Zhang et al. 2016).


def rectified_block(inputs, outputs, kernel=3):
    convolution = nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False)
    return nn.Sequential(OrderedDict(convolution=convolution, norm=nn.BatchNorm2d(outputs), rectifier=nn.ReLU(True)))


class ColorBinNetwork(nn.Module):
    COUNT = 224

    def __init__(self):
        super().__init__()
        self.encoder = EfficientNetLite0Encoder(1)
        self.bottom, self.scene = nn.Conv2d(320, 256, 1), nn.Conv2d(320, 256, 1, bias=False)
        self.sixteenth = nn.Sequential(rectified_block(256 + 112, 192), rectified_block(192, 192))
        self.eighth = nn.Sequential(rectified_block(192 + 40, 128), rectified_block(128, 64, 1))
        self.quarter = rectified_block(64 + 24, 64)
        self.head = nn.Conv2d(64, self.COUNT + 2, 1)
        # A convolution that turns likelihoods into a / 110 and b / 110, and the share of the likeliest colours.
        self.register_buffer("colors", torch.zeros(2, self.COUNT, 1, 1))
        self.register_buffer("vividness", torch.zeros(1))
        # How much more, as a logarithm, each bin counted in training.
        self.register_buffer("rarity", torch.zeros(self.COUNT))

    def forward(self, x):
        _, quarter, eighth, sixteenth, last = self.encoder.features(x)
        x = functional.relu(self.bottom(last) + self.scene(last.mean((2, 3), keepdim=True)), True)
        x = self.sixteenth(self.beside(x, sixteenth))
        x = self.eighth(self.beside(x, eighth))
        scores = self.head(self.quarter(self.beside(x, quarter)))
        return enlarged(self.chroma(scores[:, :self.COUNT], scores[:, self.COUNT:]), 4)

    def beside(self, x, skip):
        return torch.cat([enlarged(x, 2), skip], 1)

    def chroma(self, bins, guess):
        bins = bins - (self.rarity * (1 - self.vividness)).reshape(1, -1, 1, 1)
        vivid = functional.conv2d(functional.softmax(bins / 0.38, 1), self.colors)
        return vivid * self.vividness + guess * (40 / 110) * (1 - self.vividness)


def enlarged(x, factor):
    return functional.interpolate(x, scale_factor=float(factor), mode="bilinear", align_corners=False)


NETWORKS = {
    "resnet9": lambda: Generator(9), "resnet6": lambda: Generator(6), "rrdb": RRDBNet, "srvgg": SRVGGNet,
    "span": SPAN, "colorBins": ColorBinNetwork, "efficientnet-lite0": EfficientNetLite0,
}
