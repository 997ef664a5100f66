"""StyleGAN2's networks (Karras et al. 2020) in PyTorch, as the paper tells them: a kernel of its own for each image. The generator has
the keys of stylegan2-ada-pytorch's state dictionaries, the discriminator Guise's names."""

import torch
import torch.nn.functional as F
from torch import nn

TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=torch.float64) / 8


def rectified(x):
    return F.leaky_relu(x, 0.2) * 2**0.5


def filtered(x, before, after, gain=1.0, up=1, down=1):
    """Zeros between the pixels and around them, the blur, and every `down`-th pixel."""
    count, channels, height, width = x.shape
    spread = x.new_zeros(count, channels, height * up, width * up)
    spread[:, :, ::up, ::up] = x
    kernel = torch.outer(TAPS, TAPS).to(x.dtype) * gain
    padded = F.pad(spread, [before, after, before, after])
    return F.conv2d(padded, kernel.repeat(channels, 1, 1, 1), groups=channels, stride=down)


class Linear(nn.Module):
    def __init__(self, inputs, outputs, rate=1.0, start=0.0):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) / rate)
        self.bias = nn.Parameter(torch.full([outputs], start))
        self.rate = rate

    def forward(self, x):
        return x @ (self.weight * self.rate / self.weight.shape[1] ** 0.5).t() + self.bias * self.rate


class Mapping(nn.Module):
    def __init__(self, noise, classes, style, layers):
        super().__init__()
        if classes:
            self.embed = Linear(classes, style)
        for layer in range(layers):
            inputs = style if layer else noise + (style if classes else 0)
            setattr(self, f"fc{layer}", Linear(inputs, style, rate=0.01))
        self.register_buffer("w_avg", torch.zeros(style))
        self.layers = layers

    def forward(self, z, c=None):
        def normalized(x):
            return x / torch.sqrt(x.pow(2).mean(1, keepdim=True) + 1e-8)

        x = normalized(z)
        if c is not None:
            x = torch.cat([x, normalized(self.embed(c))], 1)
        for layer in range(self.layers):
            x = rectified(getattr(self, f"fc{layer}")(x))
        return x


class Layer(nn.Module):
    def __init__(self, inputs, outputs, style, side, up, adain):
        super().__init__()
        self.affine = Linear(style, 2 * outputs) if adain else Linear(style, inputs, start=1.0)
        self.weight = nn.Parameter(torch.randn(outputs, inputs, 3, 3))
        self.noise_strength = nn.Parameter(torch.zeros([]))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.register_buffer("resample_filter", torch.outer(TAPS, TAPS).float())
        self.register_buffer("noise_const", torch.randn(side, side))
        self.up, self.adain = up, adain

    def forward(self, x, w, noise):
        if self.adain:
            return self.normalized(x, w, noise)
        factors = self.affine(w)
        images = []
        for image, factor in zip(x, factors):
            kernel = self.weight * factor[None, :, None, None]
            kernel = kernel / torch.sqrt(kernel.pow(2).sum((1, 2, 3), keepdim=True) + 1e-8)
            if self.up:
                made = F.conv_transpose2d(image[None], kernel.transpose(0, 1), stride=2)
                images.append(filtered(made, 1, 1, gain=4.0))
            else:
                images.append(F.conv2d(image[None], kernel, padding=1))
        x = torch.cat(images) + (self.noise_const if noise is None else noise(self.noise_const.shape[0])) * self.noise_strength
        return rectified(x + self.bias[None, :, None, None])

    def normalized(self, x, w, noise):
        """As in StyleGAN (Karras et al. 2019)."""
        kernel = self.weight / (9 * self.weight.shape[1]) ** 0.5
        if self.up:
            x = filtered(F.conv_transpose2d(x, kernel.transpose(0, 1), stride=2), 1, 1, gain=4.0)
        else:
            x = F.conv2d(x, kernel, padding=1)
        x = x + (self.noise_const if noise is None else noise(self.noise_const.shape[0])) * self.noise_strength
        x = F.instance_norm(rectified(x + self.bias[None, :, None, None]))
        factors, shifts = self.affine(w)[:, :, None, None].chunk(2, 1)
        return x * (factors + 1) + shifts


class Colors(nn.Module):
    def __init__(self, channels, colors, style):
        super().__init__()
        self.affine = Linear(style, channels, start=1.0)
        self.weight = nn.Parameter(torch.randn(colors, channels, 1, 1))
        self.bias = nn.Parameter(torch.zeros(colors))

    def forward(self, x, w):
        factors = self.affine(w) / self.weight.shape[1] ** 0.5
        return F.conv2d(x * factors[:, :, None, None], self.weight, self.bias)


class Block(nn.Module):
    def __init__(self, inputs, outputs, colors, style, side, adain):
        super().__init__()
        self.register_buffer("resample_filter", torch.outer(TAPS, TAPS).float())
        if side == 4:
            self.const = nn.Parameter(torch.randn(outputs, 4, 4))
        else:
            self.conv0 = Layer(inputs, outputs, style, side, True, adain)
        self.conv1 = Layer(outputs, outputs, style, side, False, adain)
        self.torgb = Colors(outputs, colors, style)


class Synthesis(nn.Module):
    def __init__(self, channels, colors, style, adain):
        super().__init__()
        self.sides = [4 * 2**index for index in range(len(channels))]
        for index, side in enumerate(self.sides):
            block = Block(channels[max(0, index - 1)], channels[index], colors, style, side, adain)
            setattr(self, f"b{side}", block)

    def forward(self, ws, noise=None):
        """`ws` is [images, styles, style]; `noise` makes the noise of a side, in training."""
        image, place = None, 0
        for side in self.sides:
            block = getattr(self, f"b{side}")
            if side == 4:
                x = block.const.repeat(len(ws), 1, 1, 1)
            else:
                x, place = block.conv0(x, ws[:, place], noise), place + 1
            x, place = block.conv1(x, ws[:, place], noise), place + 1
            added = block.torgb(x, ws[:, place])
            image = added if image is None else filtered(image, 2, 1, gain=4.0, up=2) + added
        return image


class Generator(nn.Module):
    def __init__(self, noise=6, classes=0, style=5, layers=3, channels=(8, 8, 4), colors=3, adain=False):
        super().__init__()
        self.synthesis = Synthesis(channels, colors, style, adain)
        self.mapping = Mapping(noise, classes, style, layers)
        self.styles = 2 * len(channels)

    def repeated(self, w):
        return w[:, None].repeat(1, self.styles, 1)

    def forward(self, z, c=None, truncation=1.0):
        w = self.mapping(z, c)
        return self.synthesis(self.repeated(self.mapping.w_avg + (w - self.mapping.w_avg) * truncation))


class Convolution(nn.Module):
    def __init__(self, inputs, outputs, kernel, bias=True, halves=False):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.halves = halves

    def forward(self, x):
        kernel = self.weight.shape[2]
        weight = self.weight / (self.weight.shape[1] * kernel**2) ** 0.5
        if not self.halves:
            return F.conv2d(x, weight, self.bias, padding=kernel // 2)
        return F.conv2d(filtered(x, kernel // 2 + 1, kernel // 2 + 1), weight, self.bias, stride=2)


class ResidualBlock(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.first = Convolution(inputs, inputs, 3)
        self.second = Convolution(inputs, outputs, 3, halves=True)
        self.skip = Convolution(inputs, outputs, 1, bias=False, halves=True)

    def forward(self, x):
        return (self.skip(x) + rectified(self.second(rectified(self.first(x))))) * 0.5**0.5


class Discriminator(nn.Module):
    def __init__(self, channels=(8, 8, 4), colors=3, outputs=1, group=4):
        super().__init__()
        self.colors = Convolution(colors, channels[-1], 1)
        self.blocks = nn.ModuleList(
            ResidualBlock(channels[index], channels[index - 1]) for index in reversed(range(1, len(channels))))
        self.convolution = Convolution(channels[0] + 1, channels[0], 3)
        # The features are channels last, as Guise's.
        self.hidden = Linear(16 * channels[0], channels[0])
        self.last = Linear(channels[0], outputs)
        self.group = group

    def forward(self, x):
        x = rectified(self.colors(x))
        for block in self.blocks:
            x = block(x)
        groups = x.reshape(self.group, -1, *x.shape[1:])
        deviation = torch.sqrt(groups.var(0, unbiased=False) + 1e-8).mean((1, 2, 3))
        x = torch.cat([x, deviation.repeat(self.group)[:, None, None, None].expand(-1, 1, *x.shape[2:])], 1)
        x = rectified(self.convolution(x)).permute(0, 2, 3, 1).reshape(len(x), -1)
        return self.last(rectified(self.hidden(x)))
