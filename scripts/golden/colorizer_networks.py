"""Networks that colour gray photographs, in PyTorch, with the keys of the published files: Zhang et al.'s of 2016 and 2017,
DeOldify (Antic 2018) and DDColor (Kang et al. 2023)."""

import math

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils import spectral_norm, weight_norm


def run(inputs, outputs, count, stride=1, dilation=1, rectified=False):
    """Convolutions with rectifiers, the last one of that stride, then a norm."""
    modules = [nn.ReLU()] if rectified else []
    for index in range(count):
        modules += [
            nn.Conv2d(inputs if index == 0 else outputs, outputs, 3, stride if index == count - 1 else 1, dilation, dilation),
            nn.ReLU()]
    return nn.Sequential(*modules, nn.BatchNorm2d(outputs))


class ECCV16(nn.Module):
    """(L - 50) / 100 -> a / 110 and b / 110."""

    def __init__(self, width=64, bins=313):
        super().__init__()
        plan = [(width, 2, 2, 1), (2 * width, 2, 2, 1), (4 * width, 3, 2, 1), (8 * width, 3, 1, 1), (8 * width, 3, 1, 2),
                (8 * width, 3, 1, 2), (8 * width, 3, 1, 1)]
        inputs = 1
        for number, (outputs, count, stride, dilation) in enumerate(plan):
            setattr(self, f"model{number + 1}", run(inputs, outputs, count, stride, dilation))
            inputs = outputs
        half = 4 * width
        self.model8 = nn.Sequential(
            nn.ConvTranspose2d(inputs, half, 4, 2, 1), nn.ReLU(), nn.Conv2d(half, half, 3, 1, 1), nn.ReLU(),
            nn.Conv2d(half, half, 3, 1, 1), nn.ReLU(), nn.Conv2d(half, bins, 1))
        self.model_out = nn.Conv2d(bins, 2, 1, bias=False)

    def forward(self, x):
        for number in range(8):
            x = getattr(self, f"model{number + 1}")(x)
        return functional.interpolate(self.model_out(x.softmax(1)), scale_factor=4, mode="bilinear")


class SIGGRAPH17(nn.Module):
    """(L - 50) / 100 -> a / 110 and b / 110, where no pixel's colour is known."""

    def __init__(self, width=64, classes=529):
        super().__init__()
        w = width
        self.model1, self.model2 = run(4, w, 2), run(w, 2 * w, 2)
        self.model3, self.model4 = run(2 * w, 4 * w, 3), run(4 * w, 8 * w, 3)
        self.model5, self.model6 = run(8 * w, 8 * w, 3, dilation=2), run(8 * w, 8 * w, 3, dilation=2)
        self.model7 = run(8 * w, 8 * w, 3)
        self.model8up = nn.Sequential(nn.ConvTranspose2d(8 * w, 4 * w, 4, 2, 1))
        self.model8 = run(4 * w, 4 * w, 2, rectified=True)
        self.model9up = nn.Sequential(nn.ConvTranspose2d(4 * w, 2 * w, 4, 2, 1))
        self.model9 = run(2 * w, 2 * w, 1, rectified=True)
        self.model10up = nn.Sequential(nn.ConvTranspose2d(2 * w, 2 * w, 4, 2, 1))
        self.model10 = nn.Sequential(nn.ReLU(), nn.Conv2d(2 * w, 2 * w, 3, 1, 1), nn.LeakyReLU(0.2))
        self.model3short8 = nn.Sequential(nn.Conv2d(4 * w, 4 * w, 3, 1, 1))
        self.model2short9 = nn.Sequential(nn.Conv2d(2 * w, 2 * w, 3, 1, 1))
        self.model1short10 = nn.Sequential(nn.Conv2d(w, 2 * w, 3, 1, 1))
        self.model_class = nn.Sequential(nn.Conv2d(4 * w, classes, 1))
        self.model_out = nn.Sequential(nn.Conv2d(2 * w, 2, 1), nn.Tanh())

    def forward(self, x):
        whole = self.model1(torch.cat([x] + [torch.zeros_like(x)] * 3, 1))
        half = self.model2(whole[:, :, ::2, ::2])
        quarter = self.model3(half[:, :, ::2, ::2])
        x = self.model7(self.model6(self.model5(self.model4(quarter[:, :, ::2, ::2]))))
        x = self.model8(self.model8up(x) + self.model3short8(quarter))
        x = self.model9(self.model9up(x) + self.model2short9(half))
        return self.model_out(self.model10(self.model10up(x) + self.model1short10(whole)))


class Block(nn.Module):
    """A ResNet's block; with `expansion` 4, of three convolutions."""

    def __init__(self, inputs, width, stride, expansion):
        super().__init__()
        outputs = width * expansion
        plan = [(inputs, width, 3, stride), (width, width, 3, 1)]
        if expansion > 1:
            plan = [(inputs, width, 1, 1), (width, width, 3, stride), (width, outputs, 1, 1)]
        self.count = len(plan)
        for number, (first, last, kernel, step) in enumerate(plan, 1):
            setattr(self, f"conv{number}", nn.Conv2d(first, last, kernel, step, kernel // 2, bias=False))
            setattr(self, f"bn{number}", nn.BatchNorm2d(last))
        self.downsample = None
        if stride > 1 or inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = x
        for number in range(1, self.count + 1):
            y = getattr(self, f"bn{number}")(getattr(self, f"conv{number}")(y))
            y = y.relu() if number < self.count else y
        return (y + (self.downsample(x) if self.downsample else x)).relu()


def encoder(width, depths, expansion):
    inputs, sizes = width, []
    for size, depth in enumerate(depths):
        blocks = []
        for index in range(depth):
            blocks.append(Block(inputs, width << size, 2 if index == 0 and size > 0 else 1, expansion))
            inputs = (width << size) * expansion
        sizes.append(nn.Sequential(*blocks))
    return nn.Sequential(
        nn.Conv2d(3, width, 7, 2, 3, bias=False), nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 2, 1), *sizes)


class PixelAttention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.query, self.key, self.value = [
            spectral_norm(nn.Conv1d(channels, outputs, 1, bias=False))
            for outputs in (channels // 8, channels // 8, channels)]
        self.gamma = nn.Parameter(torch.zeros(1))

    def forward(self, x):
        pixels = x.flatten(2)
        shares = (self.query(pixels).transpose(1, 2) @ self.key(pixels)).softmax(1)
        return (self.gamma * (self.value(pixels) @ shares)).reshape(x.shape) + x


def rectified(inputs, outputs, attends=False):
    modules = [spectral_norm(nn.Conv2d(inputs, outputs, 3, 1, 1, bias=False)), nn.ReLU(), nn.BatchNorm2d(outputs)]
    return nn.Sequential(*modules, *([PixelAttention(outputs)] if attends else []))


class Enlargement(nn.Module):
    """A 1x1 convolution, by default with a norm, rectified, shuffled, blurred."""

    def __init__(self, inputs, outputs, factor=2, norm=spectral_norm, batch=True):
        super().__init__()
        channels = outputs * factor * factor
        convolution = norm(nn.Conv2d(inputs, channels, 1, bias=not batch))
        self.conv = nn.Sequential(convolution, *([nn.BatchNorm2d(channels)] if batch else []))
        self.factor = factor

    def forward(self, x):
        x = functional.pixel_shuffle(self.conv(x).relu(), self.factor)
        return functional.avg_pool2d(functional.pad(x, (1, 0, 1, 0), mode="replicate"), 2, 1)


class UNetStep(nn.Module):
    """`names` are those of the convolutions after enlarging."""

    def __init__(self, inputs, enlarged, skip, outputs, names=("conv",), attends=False):
        super().__init__()
        self.shuf, self.bn = Enlargement(inputs, enlarged), nn.BatchNorm2d(skip)
        self.names = names
        for index, name in enumerate(names):
            setattr(self, name, rectified(enlarged + skip if index == 0 else outputs, outputs, attends and index == len(names) - 1))

    def forward(self, x, skip):
        x = self.shuf(x)
        if x.shape != skip.shape:
            x = functional.interpolate(x, skip.shape[-2:], mode="nearest")
        x = torch.cat([x, self.bn(skip)], 1).relu()
        for name in self.names:
            x = getattr(self, name)(x)
        return x


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.layers = nn.ModuleList(
            nn.Sequential(spectral_norm(nn.Conv2d(channels, channels, 3, 1, 1)), nn.ReLU()) for _ in range(2))

    def forward(self, x):
        return self.layers[1](self.layers[0](x)) + x


class DeOldify(nn.Module):
    """A gray image, `[N, 3, H, W]`, normalised as ImageNet's -> one in colour, normalised alike."""

    def __init__(self, deep, expansion, width=64, depths=(3, 4, 23, 3), widths=(512, 512, 512, 256)):
        super().__init__()
        features = [width] + [(width << size) * expansion for size in range(4)]
        bottom = features[4]
        self.layers = nn.ModuleList([
            encoder(width, depths, expansion), nn.BatchNorm2d(bottom), nn.ReLU(),
            nn.Sequential(rectified(bottom, 2 * bottom), rectified(2 * bottom, bottom))])
        inputs = bottom
        for index, outputs in enumerate(widths):
            names = ("conv1", "conv2") if deep else ("conv",)
            self.layers.append(
                UNetStep(inputs, inputs // 2 if deep else outputs, features[3 - index], outputs, names, index == 1))
            inputs = outputs
        self.layers += [
            Enlargement(inputs, inputs, norm=weight_norm, batch=False), nn.Identity(), Residual(inputs + 3),
            nn.Sequential(spectral_norm(nn.Conv2d(inputs + 3, 3, 1)))]

    def forward(self, image):
        x, features = image, []
        for index, module in enumerate(self.layers[0]):
            x = module(x)
            if index in (2, 4, 5, 6):
                features.append(x)
        x = self.layers[3](self.layers[1](x).relu())
        for step in self.layers[4:8]:
            x = step(x, features.pop())
        x = self.layers[10](torch.cat([self.layers[8](x), image], 1))
        return self.layers[11](x).sigmoid() * 6 - 3


class PixelNorm(nn.LayerNorm):
    """Of each pixel's channels, which stand first."""

    def forward(self, x):
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class ConvNeXtBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(width))
        self.dwconv = nn.Conv2d(width, width, 7, 1, 3, groups=width)
        self.norm = nn.LayerNorm(width, 1e-6)
        self.pwconv1, self.pwconv2 = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x):
        y = self.norm(self.dwconv(x).movedim(1, -1))
        return x + (self.gamma * self.pwconv2(functional.gelu(self.pwconv1(y)))).movedim(-1, 1)


class ConvNeXt(nn.Module):
    def __init__(self, width, depths):
        super().__init__()
        widths = [width << size for size in range(4)]
        self.downsample_layers = nn.ModuleList([nn.Sequential(nn.Conv2d(3, width, 4, 4), PixelNorm(width, 1e-6))])
        for inputs, outputs in zip(widths, widths[1:]):
            self.downsample_layers.append(nn.Sequential(PixelNorm(inputs, 1e-6), nn.Conv2d(inputs, outputs, 2, 2)))
        self.stages = nn.ModuleList(
            nn.Sequential(*[ConvNeXtBlock(width) for _ in range(depth)]) for width, depth in zip(widths, depths))
        for size, width in enumerate(widths):
            setattr(self, f"norm{size}", PixelNorm(width, 1e-6))
        self.norm = nn.LayerNorm(widths[-1], 1e-6)  # Of no use here.

    def forward(self, x):
        features = []
        for size in range(4):
            x = self.stages[size](self.downsample_layers[size](x))
            features.append(getattr(self, f"norm{size}")(x))
        return features


def positions(height, width, channels):
    """`[height width, channels]`: sines and cosines of rows, then of columns."""
    def places(count):
        places = torch.arange(1, count + 1, dtype=torch.float64) / (count + 1e-6) * 2 * math.pi
        index = torch.arange(channels // 2, dtype=torch.float64)
        angles = places[:, None] / 10000 ** (2 * (index // 2) / (channels // 2))
        return torch.stack([angles[:, 0::2].sin(), angles[:, 1::2].cos()], 2).flatten(1)

    rows, columns = places(height)[:, None].expand(-1, width, -1), places(width)[None].expand(height, -1, -1)
    return torch.cat([rows, columns], 2).flatten(0, 1)


class Attending(nn.Module):
    """Attention whose queries and keys, but not values, know their positions."""

    def __init__(self, width, heads, name):
        super().__init__()
        setattr(self, name, nn.MultiheadAttention(width, heads, batch_first=True))
        self.norm, self.name = nn.LayerNorm(width), name

    def forward(self, x, place, memory, memory_place):
        return self.norm(x + getattr(self, self.name)(x + place, memory + memory_place, memory, need_weights=False)[0])


class Perceptron(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.linear1, self.linear2, self.norm = nn.Linear(width, hidden), nn.Linear(hidden, width), nn.LayerNorm(width)

    def forward(self, x):
        return self.norm(x + self.linear2(self.linear1(x).relu()))


class ColorQueries(nn.Module):
    def __init__(self, inputs, outputs, width, queries, layers, hidden, heads=8):
        super().__init__()
        self.transformer_self_attention_layers = nn.ModuleList(
            Attending(width, heads, "self_attn") for _ in range(layers))
        self.transformer_cross_attention_layers = nn.ModuleList(
            Attending(width, heads, "multihead_attn") for _ in range(layers))
        self.transformer_ffn_layers = nn.ModuleList(Perceptron(width, hidden) for _ in range(layers))
        self.decoder_norm = nn.LayerNorm(width)
        self.query_feat, self.query_embed = nn.Embedding(queries, width), nn.Embedding(queries, width)
        self.level_embed = nn.Embedding(len(inputs), width)
        self.input_proj = nn.ModuleList(nn.Conv2d(channels, width, 1) for channels in inputs)
        self.color_embed = nn.Module()
        self.color_embed.layers = nn.ModuleList(
            nn.Linear(width, size) for size in (width, width, outputs))

    def forward(self, features):
        width = self.query_feat.weight.shape[1]
        memories = [
            projection(x).flatten(2).transpose(1, 2) + level
            for projection, x, level in zip(self.input_proj, features, self.level_embed.weight)]
        places = [positions(*x.shape[2:], width).to(x.dtype) for x in features]
        place = self.query_embed.weight
        x = self.query_feat.weight.expand(len(features[0]), -1, -1)
        for index, layer in enumerate(self.transformer_ffn_layers):
            scale = index % len(features)
            x = self.transformer_cross_attention_layers[index](x, place, memories[scale], places[scale])
            x = layer(self.transformer_self_attention_layers[index](x, place, x, place))
        first, second, third = self.color_embed.layers
        return third(second(first(self.decoder_norm(x)).relu()).relu())


class DDColor(nn.Module):
    """A gray image, `[N, 3, H, W]` in 0...1 -> Lab's a and b."""

    def __init__(self, width=96, depths=(3, 3, 9, 3), decoder=512, queries=100, query_width=256, layers=9, hidden=2048):
        super().__init__()
        widths = [width << size for size in range(4)]
        outputs = [decoder, decoder, decoder // 2]
        self.encoder, self.decoder = nn.Module(), nn.Module()
        self.encoder.arch = ConvNeXt(width, depths)
        self.decoder.layers = nn.ModuleList(
            UNetStep(inputs, last, skip, last)
            for inputs, skip, last in zip([widths[3]] + outputs, widths[2::-1], outputs))
        self.decoder.last_shuf = Enlargement(decoder // 2, decoder // 2, 4, batch=False)
        self.decoder.color_decoder = ColorQueries(outputs, decoder // 2, query_width, queries, layers, hidden)
        self.refine_net = nn.Sequential(nn.Sequential(spectral_norm(nn.Conv2d(queries + 3, 2, 1))))
        self.register_buffer("mean", torch.tensor([0.485, 0.456, 0.406]).reshape(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.229, 0.224, 0.225]).reshape(1, 3, 1, 1))

    def forward(self, image):
        image = (image - self.mean) / self.std
        *skips, x = self.encoder.arch(image)
        features = []
        for step in self.decoder.layers:
            x = step(x, skips.pop())
            features.append(x)
        colors = self.decoder.color_decoder(features)
        shares = torch.einsum("nqc,nchw->nqhw", colors, self.decoder.last_shuf(x))
        return self.refine_net(torch.cat([shares, image], 1))
