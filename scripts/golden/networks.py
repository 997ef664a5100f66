"""CycleGAN's and pix2pix's networks (Zhu et al. 2017, Isola et al. 2017) and the super-resolution generators RRDBNet
(Wang et al. 2018), SRVGGNetCompact (Wang et al. 2021), MSRResNet (after Ledig et al. 2017 and Lim et al. 2017), SPAN
(Wan et al. 2023) and SRResNet (Ledig et al. 2017) with their discriminators, VGG16 and VGG19 (Simonyan and Zisserman
2015), EfficientNet-Lite0 (Tan and Le 2019) and the networks that begin with it, in PyTorch, with the keys of the
published files."""

from collections import OrderedDict

import torch
from torch import nn
from torch.nn import functional

from golden import Values


def norm_layer(norm, channels):
    return nn.BatchNorm2d(channels) if norm == "batch" else nn.InstanceNorm2d(channels)


class SeparableConvolution(nn.Module):
    """Depthwise 3x3, instance norm, 1x1, as in gan-compression and joliGEN."""

    def __init__(self, width, bias):
        super().__init__()
        self.conv = nn.Sequential(
            nn.Conv2d(width, width, 3, groups=width, bias=bias), nn.InstanceNorm2d(width),
            nn.Conv2d(width, width, 1, bias=bias))

    def forward(self, x):
        return self.conv(x)


class ResidualBlock(nn.Module):
    def __init__(self, width, norm, dropout=False, residual="plain"):
        super().__init__()
        bias = norm == "instance"

        def convolution():
            return SeparableConvolution(width, bias) if residual == "separable" else nn.Conv2d(width, width, 3, bias=bias)

        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), convolution(), norm_layer(norm, width), nn.ReLU(),
            *([nn.Dropout(0.5)] if dropout else []), nn.ReflectionPad2d(1), convolution(), norm_layer(norm, width))

    def forward(self, x):
        return x + self.conv_block(x)


class Halving(nn.Module):
    """Every second pixel after a blur (Zhang 2019), whose filter is the buffer `filt`."""

    def __init__(self, channels, padding=1):
        super().__init__()
        taps = torch.tensor([1.0, 2.0, 1.0]) / 4
        self.padding = padding
        self.register_buffer("filt", torch.outer(taps, taps).repeat(channels, 1, 1, 1))

    def forward(self, x):
        padded = functional.pad(x, [self.padding] * 4, mode="reflect")
        return functional.conv2d(padded, self.filt.to(x.dtype), stride=2, groups=x.shape[1])


class Doubling(nn.Module):
    """Zeros between the pixels, and a blur over them, as in contrastive-unpaired-translation."""

    def __init__(self, channels):
        super().__init__()
        taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 4
        self.register_buffer("filt", torch.outer(taps, taps).repeat(channels, 1, 1, 1))

    def forward(self, x):
        padded = functional.pad(x, [1] * 4, mode="replicate")
        doubled = functional.conv_transpose2d(
            padded, self.filt.to(x.dtype), stride=2, padding=2, groups=x.shape[1])
        return doubled[:, :, 1:-1, 1:-1]


class Generator(nn.Module):
    """`upsampling` is "transposed", "resizeConvolution" for nearest-neighbour upsampling and a convolution, or
    "antialiased" for a blur and a convolution, as in contrastive-unpaired-translation. `residual` is "plain", or
    "separable" as in gan-compression."""

    def __init__(self, width, blocks, upsampling="transposed", norm="instance", dropout=False, channels=(3, 3),
                 downsampling="strided", residual="plain", halvings=2):
        super().__init__()
        bias = norm == "instance"
        counts = [width << index for index in range(halvings)]

        def finish(count):
            return [norm_layer(norm, count), nn.ReLU()]

        layers = [nn.ReflectionPad2d(3), nn.Conv2d(channels[0], width, 7, bias=bias), *finish(width)]
        for count in counts:
            stride = 2 if downsampling == "strided" else 1
            layers += [nn.Conv2d(count, 2 * count, 3, stride, 1, bias=bias), *finish(2 * count)]
            if downsampling == "antialiased":
                layers += [Halving(2 * count)]
        layers += [ResidualBlock(width << halvings, norm, dropout, residual) for _ in range(blocks)]
        for count in [2 * count for count in reversed(counts)]:
            if upsampling == "transposed":
                layers += [nn.ConvTranspose2d(count, count // 2, 3, 2, 1, output_padding=1, bias=bias)]
            elif upsampling == "antialiased":
                layers += [Doubling(count), nn.Conv2d(count, count // 2, 3, 1, 1, bias=bias)]
            else:
                layers += [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1),
                           nn.Conv2d(count, count // 2, 3, bias=bias)]
            layers += finish(count // 2)
        layers += [nn.ReflectionPad2d(3), nn.Conv2d(width, channels[1], 7), nn.Tanh()]
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class UNetStep(nn.Module):
    """One downsampling, the module inside it, and the upsampling. Rectifiers work in place, as in the published
    network, so the skip connection carries values that have passed the leaky one."""

    def __init__(self, outer, inner, norm, submodule=None, ends=None, dropout=False):
        super().__init__()
        bias = norm == "instance"
        inputs, outputs = ends or (outer, outer)
        halving = nn.Conv2d(inputs, inner, 4, 2, 1, bias=bias)
        doubling = nn.ConvTranspose2d(
            2 * inner if submodule else inner, outputs, 4, 2, 1, bias=bias or ends is not None)
        self.is_outermost = ends is not None
        if ends:
            modules = [halving, submodule, nn.ReLU(True), doubling, nn.Tanh()]
        elif submodule:
            modules = [nn.LeakyReLU(0.2, True), halving, norm_layer(norm, inner), submodule, nn.ReLU(True), doubling,
                       norm_layer(norm, outer), *([nn.Dropout(0.5)] if dropout else [])]
        else:
            modules = [nn.LeakyReLU(0.2, True), halving, nn.ReLU(True), doubling, norm_layer(norm, outer)]
        self.model = nn.Sequential(*modules)

    def forward(self, x):
        return self.model(x) if self.is_outermost else torch.cat([x, self.model(x)], 1)


class UNetGenerator(nn.Module):
    """`unet_256` has 8 downsamplings and width 64."""

    def __init__(self, width, downsamplings, norm="batch", dropout=False, channels=(3, 3)):
        super().__init__()
        counts = [width * min(2**index, 8) for index in range(downsamplings)]
        step = UNetStep(counts[-2], counts[-1], norm)
        for index in reversed(range(1, downsamplings - 1)):
            step = UNetStep(counts[index - 1], counts[index], norm, step, dropout=dropout and index >= 4)
        self.model = UNetStep(None, width, norm, step, ends=channels)

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


class ResidualDenseBlock(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.conv1 = nn.Conv2d(width, growth, 3, 1, 1)
        self.conv2 = nn.Conv2d(width + growth, growth, 3, 1, 1)
        self.conv3 = nn.Conv2d(width + 2 * growth, growth, 3, 1, 1)
        self.conv4 = nn.Conv2d(width + 3 * growth, growth, 3, 1, 1)
        self.conv5 = nn.Conv2d(width + 4 * growth, width, 3, 1, 1)

    def forward(self, x):
        x1 = functional.leaky_relu(self.conv1(x), 0.2)
        x2 = functional.leaky_relu(self.conv2(torch.cat([x, x1], 1)), 0.2)
        x3 = functional.leaky_relu(self.conv3(torch.cat([x, x1, x2], 1)), 0.2)
        x4 = functional.leaky_relu(self.conv4(torch.cat([x, x1, x2, x3], 1)), 0.2)
        return x + 0.2 * self.conv5(torch.cat([x, x1, x2, x3, x4], 1))


class ResidualInResidualDenseBlock(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.rdb1 = ResidualDenseBlock(width, growth)
        self.rdb2 = ResidualDenseBlock(width, growth)
        self.rdb3 = ResidualDenseBlock(width, growth)

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    """If `upsamplings` by 2 exceed the scale, the input is pixel-unshuffled first."""

    def __init__(self, width, growth, blocks, scale=4, channels=3, output_channels=3, upsamplings=2):
        super().__init__()
        self.unshuffling = 2**upsamplings // scale
        self.upsamplings = upsamplings
        self.conv_first = nn.Conv2d(channels * self.unshuffling**2, width, 3, 1, 1)
        self.body = nn.Sequential(*[ResidualInResidualDenseBlock(width, growth) for _ in range(blocks)])
        self.conv_body = nn.Conv2d(width, width, 3, 1, 1)
        for index in range(upsamplings):
            self.add_module(f"conv_up{index + 1}", nn.Conv2d(width, width, 3, 1, 1))
        self.conv_hr = nn.Conv2d(width, width, 3, 1, 1)
        self.conv_last = nn.Conv2d(width, output_channels, 3, 1, 1)

    def forward(self, x):
        x = self.conv_first(functional.pixel_unshuffle(x, self.unshuffling))
        x = x + self.conv_body(self.body(x))
        for index in range(self.upsamplings):
            convolution = self.get_submodule(f"conv_up{index + 1}")
            x = functional.leaky_relu(convolution(functional.interpolate(x, scale_factor=2, mode="nearest")), 0.2)
        return self.conv_last(functional.leaky_relu(self.conv_hr(x), 0.2))

    def trunk_state(self):
        """With the names of ESRGAN's files."""
        names = {"conv_body": "trunk_conv", "conv_hr": "HRconv"}
        renamed = {}
        for key, value in self.state_dict().items():
            head, rest = key.split(".", 1)
            if head == "body":
                key = "RRDB_trunk." + rest.replace("rdb", "RDB")
            elif head.startswith("conv_up"):
                key = f"upconv{head[-1]}.{rest}"
            else:
                key = f"{names.get(head, head)}.{rest}"
            renamed[key] = value
        return renamed

    def module_state(self):
        """With the names of ESRGAN's first files, where the network is a list of modules."""
        steps = self.upsamplings
        modules = {"conv_first": 0, "conv_hr": 2 + 3 * steps, "conv_last": 4 + 3 * steps}
        modules |= {f"conv_up{index + 1}": 3 + 3 * index for index in range(steps)}
        renamed = {}
        for key, value in self.state_dict().items():
            head, rest = key.split(".", 1)
            if head == "body":
                block, dense, convolution, tensor = rest.split(".")
                key = f"model.1.sub.{block}.{dense.upper()}.{convolution}.0.{tensor}"
            elif head == "conv_body":
                key = f"model.1.sub.{len(self.body)}.{rest}"
            else:
                key = f"model.{modules[head]}.{rest}"
            renamed[key] = value
        return renamed


class SRVGGNet(nn.Module):
    """`convolutions` counts those between the first and the last. The published base is the nearest pixel."""

    def __init__(self, width, convolutions, scale=4, channels=3, base="nearest"):
        super().__init__()
        self.scale, self.base = scale, base
        self.body = nn.ModuleList([nn.Conv2d(channels, width, 3, 1, 1), nn.PReLU(width)])
        for _ in range(convolutions):
            self.body.extend([nn.Conv2d(width, width, 3, 1, 1), nn.PReLU(width)])
        self.body.append(nn.Conv2d(width, channels * scale**2, 3, 1, 1))

    def forward(self, x):
        features = x
        for module in self.body:
            features = module(features)
        upsampled = functional.interpolate(x, scale_factor=self.scale, mode=self.base)
        return functional.pixel_shuffle(features, self.scale) + upsampled


class ResidualBlockWithoutNorm(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, 1, 1)
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1)

    def forward(self, x):
        return x + self.conv2(functional.relu(self.conv1(x)))


class MSRResNet(nn.Module):
    """`direct`: a single convolution at the input's size makes all of the output's pixels."""

    def __init__(self, width, blocks, scale=4, channels=3, direct=False):
        super().__init__()
        self.scale = scale
        self.steps = [] if direct else [2, 2] if scale == 4 else [scale]
        self.conv_first = nn.Conv2d(channels, width, 3, 1, 1)
        self.body = nn.Sequential(*[ResidualBlockWithoutNorm(width) for _ in range(blocks)])
        for index, step in enumerate(self.steps):
            self.add_module(f"upconv{index + 1}", nn.Conv2d(width, width * step**2, 3, 1, 1))
        if not direct:
            self.conv_hr = nn.Conv2d(width, width, 3, 1, 1)
        self.conv_last = nn.Conv2d(width, channels * (scale**2 if direct else 1), 3, 1, 1)

    def forward(self, x):
        upsampled = functional.interpolate(x, scale_factor=self.scale, mode="bilinear", align_corners=False)
        x = self.body(functional.leaky_relu(self.conv_first(x), 0.1))
        for index, step in enumerate(self.steps):
            convolution = self.get_submodule(f"upconv{index + 1}")
            x = functional.leaky_relu(functional.pixel_shuffle(convolution(x), step), 0.1)
        if self.steps:
            return self.conv_last(functional.leaky_relu(self.conv_hr(x), 0.1)) + upsampled
        return functional.pixel_shuffle(self.conv_last(x), self.scale) + upsampled


class BranchedConvolution(nn.Module):
    """3x3, in the branches in which SPAN learns it."""

    def __init__(self, inputs, outputs, gain=2):
        super().__init__()
        self.sk = nn.Conv2d(inputs, outputs, 1)
        self.conv = nn.Sequential(
            nn.Conv2d(inputs, gain * inputs, 1), nn.Conv2d(gain * inputs, gain * outputs, 3),
            nn.Conv2d(gain * outputs, outputs, 1))

    def forward(self, x):
        return self.sk(x) + self.conv(functional.pad(x, [1, 1, 1, 1]))


class FoldedConvolution(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.eval_conv = nn.Conv2d(inputs, outputs, 3, 1, 1)

    def forward(self, x):
        return self.eval_conv(x)


class AttentionBlock(nn.Module):
    def __init__(self, width, convolution):
        super().__init__()
        self.c1_r, self.c2_r, self.c3_r = (convolution(width, width) for _ in range(3))

    def forward(self, x):
        inner = functional.silu(self.c1_r(x))
        y = self.c3_r(functional.silu(self.c2_r(inner)))
        return (y + x) * (torch.sigmoid(y) - 0.5), inner


class SPAN(nn.Module):
    """`folded`: with plain convolutions. `norm`: whether the input's mean is subtracted."""

    def __init__(self, width, blocks, scale=4, channels=3, folded=False, norm=True):
        super().__init__()
        convolution = FoldedConvolution if folded else BranchedConvolution
        self.norm = norm
        self.blocks = blocks
        self.conv_1, self.conv_2 = convolution(channels, width), convolution(width, width)
        for index in range(blocks):
            self.add_module(f"block_{index + 1}", AttentionBlock(width, convolution))
        self.conv_cat = nn.Conv2d(4 * width, width, 1)
        self.upsampler = nn.Sequential(nn.Conv2d(width, channels * scale**2, 3, 1, 1), nn.PixelShuffle(scale))
        if not norm:
            self.register_buffer("no_norm", torch.zeros(1))

    def forward(self, x):
        if self.norm:
            x = (x - x.new_tensor([0.4488, 0.4371, 0.4040]).reshape(1, 3, 1, 1)) * 255
        outputs = [self.conv_1(x)]
        for index in range(self.blocks):
            output, inner = self.get_submodule(f"block_{index + 1}")(outputs[-1])
            outputs.append(output)
        return self.upsampler(self.conv_cat(torch.cat([outputs[0], self.conv_2(outputs[-1]), outputs[1], inner], 1)))


class SRResNetBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.rcb = nn.Sequential(
            nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.PReLU(),
            nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))

    def forward(self, x):
        return x + self.rcb(x)


class ShuffleBlock(nn.Module):
    def __init__(self, width, step):
        super().__init__()
        self.upsample_block = nn.Sequential(
            nn.Conv2d(width, width * step**2, 3, 1, 1), nn.PixelShuffle(step), nn.PReLU())

    def forward(self, x):
        return self.upsample_block(x)


def shuffle_steps(scale):
    return {2: [2], 3: [3], 4: [2, 2], 8: [2, 2, 2]}[scale]


class SRResNet(nn.Module):
    """The variant with linear output, the most widely published."""

    def __init__(self, width, blocks, scale=4, channels=3):
        super().__init__()
        self.conv1 = nn.Sequential(nn.Conv2d(channels, width, 9, 1, 4), nn.PReLU())
        self.trunk = nn.Sequential(*[SRResNetBlock(width) for _ in range(blocks)])
        self.conv2 = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width))
        self.upsampling = nn.Sequential(*[ShuffleBlock(width, step) for step in shuffle_steps(scale)])
        self.conv3 = nn.Conv2d(width, channels, 9, 1, 4)

    def forward(self, x):
        x = self.conv1(x)
        return self.conv3(self.upsampling(x + self.conv2(self.trunk(x))))


class BoundedSRResNetBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv1 = nn.Conv2d(width, width, 3, 1, 1)
        self.bn1 = nn.BatchNorm2d(width)
        self.prelu = nn.PReLU()
        self.conv2 = nn.Conv2d(width, width, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(width)

    def forward(self, x):
        return x + self.bn2(self.conv2(self.prelu(self.bn1(self.conv1(x)))))


class BoundedShuffleBlock(nn.Module):
    def __init__(self, width, step):
        super().__init__()
        self.conv = nn.Conv2d(width, width * step**2, 3, 1, 1)
        self.prelu = nn.PReLU()
        self.step = step

    def forward(self, x):
        return self.prelu(functional.pixel_shuffle(self.conv(x), self.step))


class BoundedSRResNet(nn.Module):
    """The variant that ends in a tanh and names all of its parts blocks."""

    def __init__(self, width, blocks, scale=4, channels=3):
        super().__init__()
        self.count = blocks
        self.block1 = nn.Sequential(nn.Conv2d(channels, width, 9, 1, 4), nn.PReLU())
        for index in range(blocks):
            self.add_module(f"block{2 + index}", BoundedSRResNetBlock(width))
        self.add_module(f"block{2 + blocks}", nn.Sequential(nn.Conv2d(width, width, 3, 1, 1), nn.PReLU()))
        steps = [BoundedShuffleBlock(width, step) for step in shuffle_steps(scale)]
        self.add_module(f"block{3 + blocks}", nn.Sequential(*steps, nn.Conv2d(width, channels, 9, 1, 4)))

    def forward(self, x):
        shallow = x = self.block1(x)
        for index in range(2, 3 + self.count):
            x = self.get_submodule(f"block{index}")(x)
        return (torch.tanh(self.get_submodule(f"block{3 + self.count}")(shallow + x)) + 1) / 2


class VGGDiscriminator(nn.Module):
    """For image sides that are a multiple of 32 pixels; halves them five times, or six times from 256 pixels."""

    def __init__(self, width, size, channels=3):
        super().__init__()
        self.rectify = nn.LeakyReLU(0.2)
        self.stages = 5 if size < 256 else 6
        before = width
        for stage in range(self.stages):
            after = width * min(2**stage, 8)
            self.add_module(f"conv{stage}_0", nn.Conv2d(before if stage else channels, after, 3, 1, 1, bias=not stage))
            if stage:
                self.add_module(f"bn{stage}_0", nn.BatchNorm2d(after))
            self.add_module(f"conv{stage}_1", nn.Conv2d(after, after, 4, 2, 1, bias=False))
            self.add_module(f"bn{stage}_1", nn.BatchNorm2d(after))
            before = after
        self.linear1 = nn.Linear(before * (size >> self.stages) ** 2, 100)
        self.linear2 = nn.Linear(100, 1)

    def forward(self, x):
        x = self.rectify(self.conv0_0(x))
        for stage in range(self.stages):
            for place in [f"{stage}_0", f"{stage}_1"][not stage:]:
                x = self.rectify(self.get_submodule(f"bn{place}")(self.get_submodule(f"conv{place}")(x)))
        return self.linear2(self.rectify(self.linear1(x.flatten(1))))


class UNetDiscriminator(nn.Module):
    def __init__(self, width, channels=3):
        super().__init__()
        self.rectify = nn.LeakyReLU(0.2)
        norm = nn.utils.spectral_norm
        self.conv0 = nn.Conv2d(channels, width, 3, 1, 1)
        for index in range(3):
            self.add_module(
                f"conv{1 + index}", norm(nn.Conv2d(width << index, width << (index + 1), 4, 2, 1, bias=False)))
        for index in range(3):
            self.add_module(
                f"conv{4 + index}", norm(nn.Conv2d(width << (3 - index), width << (2 - index), 3, 1, 1, bias=False)))
        self.conv7 = norm(nn.Conv2d(width, width, 3, 1, 1, bias=False))
        self.conv8 = norm(nn.Conv2d(width, width, 3, 1, 1, bias=False))
        self.conv9 = nn.Conv2d(width, 1, 3, 1, 1)

    def forward(self, x):
        skipped = [self.rectify(self.conv0(x))]
        for convolution in [self.conv1, self.conv2, self.conv3]:
            skipped.append(self.rectify(convolution(skipped[-1])))
        x = skipped.pop()
        for convolution in [self.conv4, self.conv5, self.conv6]:
            x = functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            x = self.rectify(convolution(x)) + skipped.pop()
        return self.conv9(self.rectify(self.conv8(self.rectify(self.conv7(x)))))


class VGG(nn.Module):
    """The convolutions of torchvision's VGG16 or VGG19, whose width is 64, and a small classifier."""

    counts = {16: [2, 2, 3, 3, 3], 19: [2, 2, 4, 4, 4]}
    mean, deviation = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]

    def __init__(self, width, depth=19):
        super().__init__()
        modules, self.places, before = [], {}, 3
        for stage, count in enumerate(self.counts[depth]):
            after = width * min(2**stage, 8)
            for index in range(count):
                self.places[f"conv{stage + 1}_{index + 1}"] = len(modules)
                modules += [nn.Conv2d(before, after, 3, 1, 1), nn.ReLU()]
                before = after
            modules += self.pooling(after)
        self.keep(modules)

    def pooling(self, channels):
        return [nn.MaxPool2d(2)]

    def keep(self, modules):
        self.features = nn.Sequential(*modules)
        self.classifier = nn.Sequential(nn.Linear(modules[-3].out_channels, 4))

    def modules_in_order(self):
        return list(self.features)

    def at(self, x, places):
        """Features before the rectifiers."""
        column = [3, 1, 1]
        x = (x - x.new_tensor(self.mean).reshape(column)) / x.new_tensor(self.deviation).reshape(column)
        found = []
        for index, module in enumerate(self.modules_in_order()[:1 + max(self.places[place] for place in places)]):
            x = module(x)
            found += [x for place in places if self.places[place] == index]
        return found


class AntialiasedVGG16(VGG):
    """The VGG16 of stlpips-pytorch (Ghildyal and Liu 2022), whose slices begin with a pooling, and a layer of its
    distance, which is not read."""

    def __init__(self, width):
        super().__init__(width, 16)

    def pooling(self, channels):
        return [nn.MaxPool2d(2, stride=1), Halving(channels, 2)]

    def keep(self, modules):
        self.net = nn.Module()
        starts = [0] + [index - 1 for index, module in enumerate(modules) if isinstance(module, Halving)]
        for number, (start, end) in enumerate(zip(starts, starts[1:]), 1):
            slice_ = nn.Sequential()
            for index in range(start, end):
                slice_.add_module(str(index), modules[index])
            self.net.add_module(f"slice{number}", slice_)
        self.lin0 = nn.Conv2d(modules[0].out_channels, 1, 1, bias=False)

    def modules_in_order(self):
        return [module for slice_ in self.net.children() for module in slice_]


class SameConvolution(nn.Conv2d):
    """TensorFlow's SAME padding, without bias: where the zeros are odd in number, the one more stands at the end."""

    def forward(self, x):
        def zeros(size):
            missing = max(0, (-(-size // self.stride[0]) - 1) * self.stride[0] + self.kernel_size[0] - size)
            return [missing // 2, missing - missing // 2]

        return super().forward(functional.pad(x, zeros(x.shape[3]) + zeros(x.shape[2])))


def same(inputs, outputs, kernel, stride=1, groups=1):
    return SameConvolution(inputs, outputs, kernel, stride, groups=groups, bias=False)


class FrozenNorm(nn.BatchNorm2d):
    """Uses the running statistics in training too."""

    def __init__(self, channels):
        super().__init__(channels, eps=1e-3)

    def forward(self, x):
        return functional.batch_norm(x, self.running_mean, self.running_var, self.weight, self.bias, eps=self.eps)


class InvertedResidual(nn.Module):
    def __init__(self, kernel, stride, expansion, inputs, outputs):
        super().__init__()
        inner = inputs * expansion
        self.expands, self.skips = expansion > 1, stride == 1 and inputs == outputs
        if self.expands:
            self._expand_conv, self._bn0 = same(inputs, inner, 1), FrozenNorm(inner)
        self._depthwise_conv, self._bn1 = same(inner, inner, kernel, stride, inner), FrozenNorm(inner)
        self._project_conv, self._bn2 = same(inner, outputs, 1), FrozenNorm(outputs)

    def forward(self, x):
        y = functional.relu6(self._bn0(self._expand_conv(x))) if self.expands else x
        y = functional.relu6(self._bn1(self._depthwise_conv(y)))
        y = self._bn2(self._project_conv(y))
        return x + y if self.skips else y


class EfficientNetLite0Encoder(nn.Module):
    """In -1...1 -> the features at a half, a quarter, an eighth, a sixteenth and a thirty-second of the size."""

    # Count, kernel, stride, expansion, output channels.
    stages = [(1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112),
              (4, 5, 2, 6, 192), (1, 3, 1, 6, 320)]

    def __init__(self, channels=3):
        super().__init__()
        self._conv_stem, self._bn0 = same(channels, 32, 3, 2), FrozenNorm(32)
        blocks, before = [], 32
        for count, kernel, stride, expansion, after in self.stages:
            for index in range(count):
                blocks.append(InvertedResidual(kernel, 1 if index else stride, expansion, before, after))
                before = after
        self._blocks = nn.ModuleList(blocks)

    def features(self, x):
        # The published weights were trained on (p - 127) / 128, p in 0...255.
        x = functional.relu6(self._bn0(self._conv_stem((127.5 * (x + 1) - 127) / 128)))
        found = []
        for block in self._blocks:
            x = block(x)
            found.append(x)
        return [found[index] for index in [0, 2, 4, 10, 15]]


class EfficientNetLite0(EfficientNetLite0Encoder):
    def __init__(self, classes=1000):
        super().__init__()
        self._conv_head, self._bn1, self._fc = same(320, 1280, 1), FrozenNorm(1280), nn.Linear(1280, classes)

    def forward(self, x):
        return self._fc(functional.relu6(self._bn1(self._conv_head(self.features(x)[-1]))).mean((2, 3)))


def rectified_block(inputs, outputs, kernel=3):
    convolution = nn.Conv2d(inputs, outputs, kernel, 1, kernel // 2, bias=False)
    return nn.Sequential(OrderedDict(convolution=convolution, norm=nn.BatchNorm2d(outputs), rectifier=nn.ReLU()))


class EncoderDecoder(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.encoder = EfficientNetLite0Encoder(channels)
        self.bottom, self.scene = nn.Conv2d(320, 256, 1), nn.Conv2d(320, 256, 1, bias=False)
        self.sixteenth = nn.Sequential(rectified_block(256 + 112, 192), rectified_block(192, 192))
        self.eighth = nn.Sequential(rectified_block(192 + 40, 128), rectified_block(128, 64, 1))
        self.quarter = rectified_block(64 + 24, 64)

    def beside(self, x, skip):
        return torch.cat([functional.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False), skip], 1)

    def decoded(self, quarter, eighth, sixteenth, last):
        x = functional.relu(self.bottom(last) + self.scene(last.mean((2, 3), keepdim=True)))
        x = self.sixteenth(self.beside(x, sixteenth))
        x = self.eighth(self.beside(x, eighth))
        return self.quarter(self.beside(x, quarter))


class EncoderUNet(EncoderDecoder):
    def __init__(self, channels=(3, 3)):
        super().__init__(channels[0])
        self.half, self.whole = rectified_block(64 + 16, 48), rectified_block(48 + channels[0], 32)
        self.head = nn.Conv2d(32, channels[1], 3, 1, 1)

    def forward(self, x):
        half, *others = self.encoder.features(x)
        # Modules have a method of that name.
        halved = self._modules["half"](self.beside(self.decoded(*others), half))
        return torch.tanh(self.head(self.whole(self.beside(halved, x))))


class ColorBinNetwork(EncoderDecoder):
    """`bins` holds a and b of each bin."""

    def __init__(self, bins):
        super().__init__(1)
        self.bins = bins
        self.head = nn.Conv2d(64, len(bins) + 2, 1)
        self.register_buffer("rarity", torch.zeros(len(bins)))

    def scores(self, x):
        return self.head(self.decoded(*self.encoder.features(x)[1:])).split([len(self.bins), 2], 1)

    def chroma(self, x, vividness=0.6):
        return self.mixed(self.scores(x), vividness)

    def mixed(self, scores, vividness=0.6):
        logits, guess = scores
        logits = logits - self.rarity[:, None, None] * (1 - vividness)
        vivid = torch.einsum("nkhw,kc->nchw", (logits / 0.38).softmax(1), self.bins / 110)
        return vivid * vividness + guess * (40 / 110) * (1 - vividness)


def initialize(network, seed, scale=0.02, precision=torch.float16):
    """Weights N(0, scale) that are exact in `precision`; biases N(0, 0.1), so that a misplaced one shows. Batch norm's
    scales and statistics, and PReLU's slopes, differ in each channel and from their initial values."""
    values = Values(seed, precision)
    network.double()
    for name, tensor in [*network.named_parameters(), *network.named_buffers()]:
        if name.endswith(("weight_u", "weight_v", "filt")):
            # The vectors approach the weight's singular vectors after some passes in training; a blur's filter is fixed.
            continue
        if name.endswith("running_var") or (name.endswith("weight") and tensor.dim() == 1):
            tensor.data = values.uniform(0.5, 2, *tensor.shape)
        elif tensor.is_floating_point():
            tensor.data = values.normal(*tensor.shape, scale=scale if name.endswith("weight") else 0.1)
    return network


def state(network):
    return {key: value for key, value in network.state_dict().items() if value.is_floating_point()}


def channels_last(x):
    return x.permute(0, 2, 3, 1)
