"""BigGAN's networks (Brock et al. 2019) in PyTorch, with the keys of BigGAN-PyTorch's files (the discriminator with Guise's names)."""

import torch
import torch.nn.functional as F
from torch import nn


class Spectral(nn.Module):
    """A weight divided by its largest singular value, one step of the power iteration from `u0` on."""

    def __init__(self, *shape, bias=True):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(shape) / torch.Size(shape[1:]).numel() ** 0.5)
        self.bias = nn.Parameter(torch.zeros(shape[0])) if bias else None
        self.register_buffer("u0", torch.randn(1, shape[0]))
        self.register_buffer("sv0", torch.ones(1))

    def normalized(self):
        matrix = self.weight.flatten(1)
        with torch.no_grad():
            v = F.normalize(self.u0 @ matrix, eps=1e-12)
            u = F.normalize(v @ matrix.t(), eps=1e-12)
        value = (v @ matrix.t() @ u.t()).squeeze()
        if self.training:
            self.u0, self.sv0 = u, value.detach().reshape(1)
        return self.weight / value

    def forward(self, x):
        weight = self.normalized()
        if weight.ndim == 2:
            return F.linear(x, weight, self.bias)
        return F.conv2d(x, weight, self.bias, padding=weight.shape[2] // 2)


class Norm(nn.Module):
    """Batch norm, told or with a gain and a bias of its own."""

    def __init__(self, channels, told=None):
        super().__init__()
        self.told = told is not None
        if told:
            self.gain, self.bias = (Spectral(channels, told, bias=False) for _ in range(2))
        elif not self.told:
            self.gain, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.register_buffer("stored_mean", torch.zeros(channels))
        self.register_buffer("stored_var", torch.ones(channels))

    def forward(self, x, told=None):
        if not self.told:
            return F.batch_norm(x, self.stored_mean, self.stored_var, self.gain, self.bias, self.training, 0.1, 1e-5)
        x = F.batch_norm(x, self.stored_mean, self.stored_var, None, None, self.training, 0.1, 1e-5)
        return x * (1 + self.gain(told))[:, :, None, None] + self.bias(told)[:, :, None, None]


class Attention(nn.Module):
    def __init__(self, channels):
        super().__init__()
        few, half = max(1, channels // 8), max(1, channels // 2)
        self.theta, self.phi = (Spectral(few, channels, 1, 1, bias=False) for _ in range(2))
        self.g, self.o = Spectral(half, channels, 1, 1, bias=False), Spectral(channels, half, 1, 1, bias=False)
        self.gamma = nn.Parameter(torch.tensor(0.0))

    def forward(self, x, told=None):
        theta, phi, g = self.theta(x).flatten(2), F.max_pool2d(self.phi(x), 2).flatten(2), F.max_pool2d(self.g(x), 2).flatten(2)
        shares = (theta.transpose(1, 2) @ phi).softmax(-1)
        return self.gamma * self.o((g @ shares.transpose(1, 2)).reshape(len(x), -1, *x.shape[2:])) + x


class Enlarging(nn.Module):
    def __init__(self, inputs, outputs, told):
        super().__init__()
        self.conv1, self.conv2 = Spectral(outputs, inputs, 3, 3), Spectral(outputs, outputs, 3, 3)
        self.conv_sc = Spectral(outputs, inputs, 1, 1)
        self.bn1, self.bn2 = Norm(inputs, told), Norm(outputs, told)

    def forward(self, x, told):
        h = F.interpolate(F.relu(self.bn1(x, told)), scale_factor=2)
        h = self.conv2(F.relu(self.bn2(self.conv1(h), told)))
        return h + self.conv_sc(F.interpolate(x, scale_factor=2))


class Generator(nn.Module):
    def __init__(self, channels, width=2, part=2, classes=0, embedding=3, colors=3, attention=None):
        super().__init__()
        told = part + (embedding if classes else 0)
        if classes:
            self.shared = nn.Embedding(classes, embedding)
        self.linear = Spectral(16 * channels[0] * width, part)
        self.blocks = nn.ModuleList()
        for index, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
            self.blocks.append(nn.ModuleList([Enlarging(inputs * width, outputs * width, told)]))
            if 8 << index == attention:
                self.blocks[-1].append(Attention(outputs * width))
        self.output_layer = nn.Sequential(Norm(channels[-1] * width), nn.ReLU(), Spectral(colors, channels[-1] * width, 3, 3))
        self.part, self.noise = part, part * len(channels)

    def forward(self, z, classes=None):
        parts = z.split(self.part, 1)
        embedded = classes @ self.shared.weight if classes is not None else None
        x = self.linear(parts[0]).reshape(len(z), -1, 4, 4)
        for block, part in zip(self.blocks, parts[1:]):
            told = part if embedded is None else torch.cat([embedded, part], 1)
            for layer in block:
                x = layer(x, told)
        return torch.tanh(self.output_layer(x))


class Halving(nn.Module):
    def __init__(self, inputs, outputs, first, halves):
        super().__init__()
        self.first, self.second = Spectral(outputs, inputs, 3, 3), Spectral(outputs, outputs, 3, 3)
        self.shortcut = Spectral(outputs, inputs, 1, 1) if inputs != outputs or halves else None
        self.is_first, self.halves = first, halves

    def forward(self, x):
        def sized(x):
            return F.avg_pool2d(x, 2) if self.halves else x

        def beside(x):
            return self.shortcut(x) if self.shortcut else x

        h = sized(self.second(F.relu(self.first(x if self.is_first else F.relu(x)))))
        return h + (beside(sized(x)) if self.is_first else sized(beside(x)))


class Discriminator(nn.Module):
    def __init__(self, channels, halvings, width=2, outputs=1, colors=3, attention=None):
        super().__init__()
        inputs = [colors] + [channel * width for channel in channels]
        self.blocks, self.attentions = nn.ModuleList(), nn.ModuleDict()
        for index in range(len(channels)):
            self.blocks.append(Halving(inputs[index], inputs[index + 1], index == 0, index < halvings))
            if index == attention:
                self.attentions[str(index)] = Attention(inputs[index + 1])
        self.last = Spectral(1, inputs[-1])
        self.further = Spectral(outputs - 1, inputs[-1], bias=False) if outputs > 1 else None

    def forward(self, x):
        for index, block in enumerate(self.blocks):
            x = block(x)
            if str(index) in self.attentions:
                x = self.attentions[str(index)](x)
        sums = F.relu(x).sum((2, 3))
        return torch.cat([self.last(sums)] + ([self.further(sums)] if self.further else []), 1)
