"""Networks to enlarge and restore images with, in PyTorch, with the keys of the published files: RealPLKSR (after Lee et
al. 2024), SwinIR (Liang et al. 2021), HAT (Chen et al. 2023), DAT (Chen et al. 2023), SRFormer (Zhou et
al. 2023) and Omni-SR (Wang et al. 2023)."""

import torch
from torch import nn
from torch.nn import functional


class PixelNorm(nn.Module):
    """Layer norm of each pixel's channels, which stand first."""

    def __init__(self, channels, epsilon=1e-6):
        super().__init__()
        self.weight, self.bias = nn.Parameter(torch.ones(channels)), nn.Parameter(torch.zeros(channels))
        self.epsilon = epsilon

    def forward(self, x):
        return functional.layer_norm(
            x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, self.epsilon).permute(0, 3, 1, 2)


class LargeKernelBlock(nn.Module):
    def __init__(self, width, kernel, large, attends, layer_norm):
        super().__init__()
        if layer_norm:
            self.layer_norm = PixelNorm(width)
        self.channel_mixer = nn.Sequential(
            nn.Conv2d(width, 2 * width, 3, 1, 1), nn.Mish(), nn.Conv2d(2 * width, width, 3, 1, 1))
        self.lk = nn.Module()
        self.lk.conv = nn.Conv2d(large, large, kernel, 1, kernel // 2)
        self.large, self.has_pixel_norm = large, layer_norm
        if attends:
            self.attn = nn.Module()
            self.attn.f = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1), nn.Sigmoid())
        self.attends = attends
        self.refine = nn.Conv2d(width, width, 1)
        if not layer_norm:
            self.norm = nn.GroupNorm(4, width)

    def forward(self, x):
        y = self.channel_mixer(self.layer_norm(x) if self.has_pixel_norm else x)
        y = torch.cat([self.lk.conv(y[:, :self.large]), y[:, self.large:]], 1)
        if self.attends:
            y = y * self.attn.f(y)
        y = self.refine(y)
        return x + (y if self.has_pixel_norm else self.norm(y))


def cut(x, height, width):
    """[N, H, W, C] into windows, [N, windows, pixels, C]."""
    n, h, w, c = x.shape
    x = x.reshape(n, h // height, height, w // width, width, c).transpose(2, 3)
    return x.reshape(n, -1, height * width, c)


def joined(windows, height, width, h, w):
    """The reverse of `cut`."""
    n, _, _, c = windows.shape
    return windows.reshape(n, h // height, w // width, height, width, c).transpose(2, 3).reshape(n, h, w, c)


def distances(size, key_size=None):
    """For each pixel of a window and each one that it sees, the row of a table of all their distances."""
    key_size = key_size or size
    span = size + key_size - 1
    own, other = (torch.cartesian_prod(torch.arange(side), torch.arange(side)) for side in [size, key_size])
    apart = own[:, None] - other[None] + key_size - 1
    return apart[..., 0] * span + apart[..., 1]


def strangers(h, w, window, shift):
    """Which pixels of each window come from opposite sides of the image after a roll by `shift`, [windows, pixels, pixels]."""
    part = torch.zeros(1, h, w, 1)
    part[:, h - shift:] += 1
    part[:, :, w - shift:] += 2
    part = cut(part, window, window)[0, :, :, 0]
    return part[:, :, None] != part[:, None]


class WindowSelfAttention(nn.Module):
    def __init__(self, width, heads, window):
        super().__init__()
        self.heads, self.window = heads, window
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * window - 1) ** 2, heads))
        self.register_buffer("relative_position_index", distances(window))
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, windows, mask=None):
        n, count, pixels, width = windows.shape
        split = self.qkv(windows).reshape(n, count, pixels, 3, self.heads, -1).permute(3, 0, 1, 4, 2, 5)
        bias = self.relative_position_bias_table[self.relative_position_index].permute(2, 0, 1)
        scores = split[0] @ split[1].transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
        if mask is not None:
            scores = scores.masked_fill(mask[:, None], -100.0)
        return self.proj((scores.softmax(-1) @ split[2]).transpose(2, 3).reshape(windows.shape))


class Perceptron(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden, width)

    def forward(self, x):
        return self.fc2(functional.gelu(self.fc1(x)))


class SwinBlock(nn.Module):
    def __init__(self, width, heads, window, shift, hidden):
        super().__init__()
        self.window, self.shift = window, shift
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn, self.mlp = WindowSelfAttention(width, heads, window), Perceptron(width, hidden)
        if shift:
            # Published files hold it for the size of the images in training.
            self.register_buffer("attn_mask", strangers(2 * window, 2 * window, window, shift) * -100.0)

    def mask(self, h, w):
        return strangers(h, w, self.window, self.shift)

    def attended(self, y):
        h, w = y.shape[1:3]
        mask = None
        if self.shift:
            y, mask = y.roll([-self.shift] * 2, [1, 2]), self.mask(h, w)
        y = joined(self.attn(cut(y, self.window, self.window), mask), self.window, self.window, h, w)
        return y.roll([self.shift] * 2, [1, 2]) if self.shift else y

    def forward(self, x):
        x = x + self.attended(self.norm1(x))
        return x + self.mlp(self.norm2(x))


def on_channels_last(layer, x):
    return layer(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


def connection(width, bottleneck):
    if not bottleneck:
        return nn.Conv2d(width, width, 3, 1, 1)
    return nn.Sequential(
        nn.Conv2d(width, width // 4, 3, 1, 1), nn.LeakyReLU(0.2), nn.Conv2d(width // 4, width // 4, 1), nn.LeakyReLU(0.2),
        nn.Conv2d(width // 4, width, 3, 1, 1))


class SwinGroup(nn.Module):
    def __init__(self, width, depth, heads, window, hidden, bottleneck):
        super().__init__()
        self.residual_group = nn.Module()
        self.residual_group.blocks = nn.ModuleList(
            SwinBlock(width, heads, window, index % 2 * (window // 2), hidden) for index in range(depth))
        self.conv = connection(width, bottleneck)

    def forward(self, x):
        y = x.permute(0, 2, 3, 1)
        for block in self.residual_group.blocks:
            y = block(y)
        return x + self.conv(y.permute(0, 3, 1, 2))


def shuffles(width, scale):
    steps = [3] if scale == 3 else [2] * (scale.bit_length() - 1)
    return [layer for step in steps for layer in [nn.Conv2d(width, width * step**2, 3, 1, 1), nn.PixelShuffle(step)]]


class SwinIR(nn.Module):
    """`head`: stepwise, direct, nearest or none."""

    def __init__(self, width=180, depths=(6,) * 6, heads=(6,) * 6, window=8, hidden=360, scale=4, head="stepwise", inner=64,
                 bottleneck=False, channels=3):
        super().__init__()
        self.in_channels, self.head, self.scale = channels, head, scale
        self.range = 255 if window == 7 else 1
        self.mean = torch.tensor([0.4488, 0.4371, 0.4040] if channels == 3 else [0.0]).reshape(1, -1, 1, 1)
        self.conv_first = nn.Conv2d(channels, width, 3, 1, 1)
        self.patch_embed = nn.Module()
        self.patch_embed.norm = nn.LayerNorm(width)
        self.layers = nn.ModuleList(
            SwinGroup(width, depth, count, window, hidden, bottleneck) for depth, count in zip(depths, heads))
        self.norm = nn.LayerNorm(width)
        self.conv_after_body = connection(width, bottleneck)
        self.add_head(width, inner, channels)

    def add_head(self, width, inner, channels):
        if self.head in ["stepwise", "nearest"]:
            self.conv_before_upsample = nn.Sequential(nn.Conv2d(width, inner, 3, 1, 1), nn.LeakyReLU())
        if self.head == "stepwise":
            self.upsample = nn.Sequential(*shuffles(inner, self.scale))
        elif self.head == "direct":
            self.upsample = nn.Sequential(nn.Conv2d(width, channels * self.scale**2, 3, 1, 1), nn.PixelShuffle(self.scale))
        elif self.head == "nearest":
            for index in range(self.scale.bit_length() - 1):
                self.add_module(f"conv_up{index + 1}", nn.Conv2d(inner, inner, 3, 1, 1))
            self.conv_hr = nn.Conv2d(inner, inner, 3, 1, 1)
        if self.head != "direct":
            self.conv_last = nn.Conv2d(width if self.head == "none" else inner, channels, 3, 1, 1)

    def forward(self, x):
        mean = self.mean.to(x.dtype)
        x = (x - mean) * self.range
        shallow = self.conv_first(x)
        y = self.first_norm(shallow)
        for layer in self.layers:
            y = layer(y)
        y = self.conv_after_body(on_channels_last(self.norm, y)) + shallow
        return (self.enlarged(y) + (x if self.head == "none" else 0)) / self.range + mean

    def first_norm(self, x):
        return on_channels_last(self.patch_embed.norm, x)

    def enlarged(self, y):
        if self.head == "none":
            return self.conv_last(y)
        if self.head == "direct":
            return self.upsample(y)
        y = self.conv_before_upsample(y)
        if self.head == "stepwise":
            return self.conv_last(self.upsample(y))
        for index in range(self.scale.bit_length() - 1):
            larger = functional.interpolate(y, scale_factor=2)
            y = functional.leaky_relu(self.get_submodule(f"conv_up{index + 1}")(larger), 0.2)
        return self.conv_last(functional.leaky_relu(self.conv_hr(y), 0.2))


class WeighedConvolutions(nn.Module):
    def __init__(self, width, inner, squeezed):
        super().__init__()
        weighing = nn.Module()
        weighing.attention = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, squeezed, 1), nn.ReLU(), nn.Conv2d(squeezed, width, 1), nn.Sigmoid())
        self.cab = nn.Sequential(nn.Conv2d(width, inner, 3, 1, 1), nn.GELU(), nn.Conv2d(inner, width, 3, 1, 1), weighing)

    def forward(self, x):
        y = self.cab[2](self.cab[1](self.cab[0](x)))
        return y * self.cab[3].attention(y)


class HybridBlock(SwinBlock):
    def __init__(self, width, heads, window, shift, hidden, inner, squeezed):
        super().__init__(width, heads, window, shift, hidden)
        self.conv_block = WeighedConvolutions(width, inner, squeezed)
        del self.attn.relative_position_index
        self.attn.relative_position_index = distances(window)
        if shift:
            del self.attn_mask

    def forward(self, x):
        y = self.norm1(x)
        beside = self.conv_block(y.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)
        x = x + self.attended(y) + beside * 0.01
        return x + self.mlp(self.norm2(x))


class OverlappingBlock(nn.Module):
    def __init__(self, width, heads, window, overlap, hidden):
        super().__init__()
        self.heads, self.window, self.overlap = heads, window, overlap
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.relative_position_bias_table = nn.Parameter(torch.zeros((window + overlap - 1) ** 2, heads))
        self.mlp = Perceptron(width, hidden)

    def forward(self, x):
        n, h, w, width = x.shape
        qkv = self.qkv(self.norm1(x))
        margin = (self.overlap - self.window) // 2
        around = functional.unfold(qkv[..., width:].permute(0, 3, 1, 2), self.overlap, padding=margin, stride=self.window)
        around = around.reshape(n, 2, self.heads, width // self.heads, self.overlap**2, -1).permute(1, 0, 5, 2, 4, 3)
        own = cut(qkv[..., :width], self.window, self.window)
        own = own.reshape(*own.shape[:3], self.heads, -1).transpose(2, 3)
        bias = self.relative_position_bias_table[overlapping_places(self.window, self.overlap)].permute(2, 0, 1)
        scores = own @ around[0].transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
        y = (scores.softmax(-1) @ around[1]).transpose(2, 3).flatten(3)
        x = x + self.proj(joined(y, self.window, self.window, h, w))
        return x + self.mlp(self.norm2(x))


def overlapping_places(window, overlap):
    """From keys to queries; some are negative, and so count from the end."""
    own, other = (torch.cartesian_prod(torch.arange(side), torch.arange(side)) for side in [window, overlap])
    apart = other[None] - own[:, None] + window - overlap + 1
    return apart[..., 0] * (window + overlap - 1) + apart[..., 1]


class HybridGroup(SwinGroup):
    def __init__(self, width, depth, heads, window, overlap, hidden, inner, squeezed):
        super().__init__(width, 0, heads, window, hidden, False)
        self.residual_group.blocks = nn.ModuleList(
            HybridBlock(width, heads, window, index % 2 * (window // 2), hidden, inner, squeezed) for index in range(depth))
        self.residual_group.overlap_attn = OverlappingBlock(width, heads, window, overlap, hidden)

    def forward(self, x):
        y = x.permute(0, 2, 3, 1)
        for block in self.residual_group.blocks:
            y = block(y)
        return x + self.conv(self.residual_group.overlap_attn(y).permute(0, 3, 1, 2))


class HAT(SwinIR):
    def __init__(self, width=180, depths=(6,) * 6, heads=(6,) * 6, window=16, overlap=24, hidden=360, compressed=60,
                 squeezed=6, scale=4, inner=64, channels=3):
        super().__init__(width, [], [], window, hidden, scale, "stepwise", inner, channels=channels)
        self.range = 1
        self.register_buffer("relative_position_index_SA", distances(window))
        self.register_buffer("relative_position_index_OCA", overlapping_places(window, overlap))
        self.layers = nn.ModuleList(
            HybridGroup(width, depth, count, window, overlap, hidden, compressed, squeezed)
            for depth, count in zip(depths, heads))


class DistanceBias(nn.Module):
    """What attention adds for each distance of two pixels, by a small network."""

    def __init__(self, inner, heads):
        super().__init__()
        self.pos_proj = nn.Linear(2, inner)
        for index, outputs in enumerate([inner, inner, heads]):
            self.add_module(f"pos{index + 1}", nn.Sequential(nn.LayerNorm(inner), nn.ReLU(), nn.Linear(inner, outputs)))

    def forward(self, distances):
        return self.pos3(self.pos2(self.pos1(self.pos_proj(distances))))


class RectangularAttention(nn.Module):
    def __init__(self, width, heads, height, length):
        super().__init__()
        self.heads, self.size = heads, (height, length)
        self.pos = DistanceBias(width // 4 // 4, heads)
        rows, columns = torch.arange(1 - height, height), torch.arange(1 - length, length)
        self.register_buffer("rpe_biases", torch.cartesian_prod(rows, columns).float())
        pixels = torch.cartesian_prod(torch.arange(height), torch.arange(length))
        apart = pixels[:, None] - pixels[None] + torch.tensor([height - 1, length - 1])
        self.register_buffer("relative_position_index", apart[..., 0] * (2 * length - 1) + apart[..., 1])

    def forward(self, qkv, shift):
        """qkv: [3, N, H, W, width]."""
        h, w, width = qkv.shape[2:]
        if shift:
            qkv = qkv.roll([-shift[0], -shift[1]], [2, 3])
        split = cut(qkv.flatten(0, 1), *self.size)
        split = split.reshape(3, -1, *split.shape[1:3], self.heads, width // self.heads).transpose(-3, -2)
        bias = self.pos(self.rpe_biases)[self.relative_position_index].permute(2, 0, 1)
        scores = split[0] @ split[1].transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
        if shift:
            part = torch.zeros(1, h, w, 1)
            part[:, h - shift[0]:] += 1
            part[:, :, w - shift[1]:] += 2
            part = cut(part, *self.size)[0, :, :, 0]
            scores = scores.masked_fill((part[:, :, None] != part[:, None])[:, None], -100.0)
        y = joined((scores.softmax(-1) @ split[2]).transpose(2, 3).flatten(3), *self.size, h, w)
        return y.roll(shift, [1, 2]) if shift else y


class DualAttention(nn.Module):
    """Among pixels with `size`, the sides of windows, otherwise among channels."""

    def __init__(self, width, heads, size=None, shifted=False):
        super().__init__()
        self.heads, self.size, self.shifted = heads, size, shifted
        self.qkv, self.proj = nn.Linear(width, 3 * width), nn.Linear(width, width)
        if size:
            self.attns = nn.ModuleList(
                RectangularAttention(width // 2, heads // 2, *sides) for sides in [size, size[::-1]])
        else:
            self.temperature = nn.Parameter(torch.ones(heads, 1, 1))
        self.dwconv = nn.Sequential(nn.Conv2d(width, width, 3, 1, 1, groups=width), nn.BatchNorm2d(width), nn.GELU())
        self.channel_interaction = nn.Sequential(
            nn.AdaptiveAvgPool2d(1), nn.Conv2d(width, width // 8, 1), nn.BatchNorm2d(width // 8), nn.GELU(),
            nn.Conv2d(width // 8, width, 1))
        self.spatial_interaction = nn.Sequential(
            nn.Conv2d(width, width // 16, 1), nn.BatchNorm2d(width // 16), nn.GELU(), nn.Conv2d(width // 16, 1, 1))

    def forward(self, x):
        n, h, w, width = x.shape
        qkv = self.qkv(x).reshape(n, h, w, 3, width).permute(3, 0, 1, 2, 4)
        local = self.dwconv(qkv[2].permute(0, 3, 1, 2))
        if self.size:
            halves = qkv.split(width // 2, -1)
            sides = [self.size, self.size[::-1]]
            attended = torch.cat(
                [attention(half, [side[0] // 2, side[1] // 2] if self.shifted else None)
                 for attention, half, side in zip(self.attns, halves, sides)], -1).permute(0, 3, 1, 2)
            first, second = self.channel_interaction(local), self.spatial_interaction(attended)
        else:
            q, k, v = qkv.reshape(3, n, h * w, self.heads, -1).permute(0, 1, 3, 4, 2)
            likeness = functional.normalize(q, dim=-1) @ functional.normalize(k, dim=-1).transpose(-1, -2)
            attended = ((likeness * self.temperature).softmax(-1) @ v).reshape(n, width, h, w)
            first, second = self.spatial_interaction(local), self.channel_interaction(attended)
        return self.proj((attended * first.sigmoid() + local * second.sigmoid()).permute(0, 2, 3, 1))


class GatedPerceptron(nn.Module):
    def __init__(self, width, hidden):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(width, hidden), nn.Linear(hidden // 2, width)
        self.sg = nn.Module()
        self.sg.norm = nn.LayerNorm(hidden // 2)
        self.sg.conv = nn.Conv2d(hidden // 2, hidden // 2, 3, 1, 1, groups=hidden // 2)

    def forward(self, x):
        x, gate = functional.gelu(self.fc1(x)).chunk(2, -1)
        return self.fc2(x * self.sg.conv(self.sg.norm(gate).permute(0, 3, 1, 2)).permute(0, 2, 3, 1))


class DualBlock(nn.Module):
    def __init__(self, width, heads, size, hidden, group, index):
        super().__init__()
        shifted = index > 0 and (index - 2) % 4 == 0 if group % 2 == 0 else index % 4 == 0
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attn = DualAttention(width, heads, None if index % 2 else size, shifted)
        self.ffn = GatedPerceptron(width, hidden)

    def forward(self, x):
        x = x + self.attn(self.norm1(x))
        return x + self.ffn(self.norm2(x))


class DualGroup(nn.Module):
    def __init__(self, width, depth, heads, size, hidden, bottleneck, group):
        super().__init__()
        self.blocks = nn.ModuleList(DualBlock(width, heads, size, hidden, group, index) for index in range(depth))
        self.conv = connection(width, bottleneck)

    def forward(self, x):
        y = x.permute(0, 2, 3, 1)
        for block in self.blocks:
            y = block(y)
        return x + self.conv(y.permute(0, 3, 1, 2))


class DAT(SwinIR):
    """`head`: stepwise or direct."""

    def __init__(self, width=180, depths=(6,) * 6, heads=(6,) * 6, size=(8, 32), hidden=720, scale=4, head="stepwise",
                 inner=64, bottleneck=False, channels=3):
        super().__init__(width, [], [], 2, hidden, scale, head, inner, bottleneck, channels)
        del self.patch_embed
        self.before_RG = nn.Sequential(nn.Identity(), nn.LayerNorm(width))
        self.layers = nn.ModuleList(
            DualGroup(width, depth, count, size, hidden, bottleneck, group)
            for group, (depth, count) in enumerate(zip(depths, heads)))

    def first_norm(self, x):
        return on_channels_last(self.before_RG[1], x)


class PermutedAttention(nn.Module):
    def __init__(self, width, heads, window):
        super().__init__()
        self.heads, self.window = heads, window
        squares = window // 2
        self.relative_position_bias_table = nn.Parameter(torch.zeros((2 * squares - 1) ** 2, heads))
        near = distances(squares).reshape(squares, 1, squares, 1, -1).expand(-1, 2, -1, 2, -1)
        self.register_buffer("aligned_relative_position_index", near.reshape(window**2, -1).contiguous())
        self.kv, self.q, self.proj = nn.Linear(width, width // 2), nn.Linear(width, width), nn.Linear(width, width)

    def forward(self, windows, mask=None):
        n, count, pixels, width = windows.shape
        squares = self.window // 2
        kv = self.kv(windows).reshape(n, count, squares, 2, squares, 2, 2, width // 4).permute(6, 0, 1, 2, 4, 3, 5, 7)
        keys, values = kv.reshape(2, n, count, squares**2, self.heads, width // self.heads).transpose(-3, -2)
        queries = self.q(windows).reshape(n, count, pixels, self.heads, -1).transpose(2, 3)
        bias = self.relative_position_bias_table[self.aligned_relative_position_index].permute(2, 0, 1)
        scores = queries @ keys.transpose(-1, -2) / (width // self.heads) ** 0.5 + bias
        if mask is not None:
            scores = scores.masked_fill(mask[:, None], -100.0)
        return self.proj((scores.softmax(-1) @ values).transpose(2, 3).reshape(windows.shape))


class LocalPerceptron(Perceptron):
    def __init__(self, width, hidden):
        super().__init__(width, hidden)
        self.dwconv = nn.Module()
        self.dwconv.depthwise_conv = nn.Sequential(nn.Conv2d(hidden, hidden, 5, 1, 2, groups=hidden), nn.GELU())

    def forward(self, x):
        x = functional.gelu(self.fc1(x))
        return self.fc2(x + self.dwconv.depthwise_conv(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1))


def strange_squares(h, w, window, shift):
    """Which squares of two pixels of each window come from the other side than a pixel, [windows, pixels, squares]."""

    def parts(h, w, window, last):
        part = torch.zeros(1, h, w, 1)
        part[:, h - last:] += 1
        part[:, :, w - last:] += 2
        return cut(part, window, window)[0, :, :, 0]

    own, other = parts(h, w, window, shift), parts(h // 2, w // 2, window // 2, -(-shift // 2))
    return own[:, :, None] != other[:, None]


class PermutedBlock(SwinBlock):
    def __init__(self, width, heads, window, shift, hidden):
        super().__init__(width, heads, window, shift, hidden)
        self.attn, self.mlp = PermutedAttention(width, heads, window), LocalPerceptron(width, hidden)
        if shift:
            self.register_buffer("attn_mask", strange_squares(2 * window, 2 * window, window, shift) * -100.0)

    def mask(self, h, w):
        return strange_squares(h, w, self.window, self.shift)


class SRFormer(SwinIR):
    def __init__(self, width=180, depths=(6,) * 6, heads=(6,) * 6, window=24, hidden=360, scale=4, head="stepwise", inner=64,
                 bottleneck=False, channels=3):
        super().__init__(width, [0] * len(depths), heads, window, hidden, scale, head, inner, bottleneck, channels)
        self.range = 1
        for layer, depth, count in zip(self.layers, depths, heads):
            layer.residual_group.blocks = nn.ModuleList(
                PermutedBlock(width, count, window, index % 2 * (window // 2), hidden) for index in range(depth))


class Residual(nn.Module):
    """Adds `fn` of the normalised input; `norm` is over the channels, which stand last."""

    def __init__(self, fn, norm=None):
        super().__init__()
        if norm:
            self.norm = norm
        self.fn = fn

    def forward(self, x):
        return x + self.fn(self.norm(x) if "norm" in self._modules else x)


class Weights(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gate = nn.Sequential(
            nn.Identity(), nn.Linear(width, width // 4, bias=False), nn.SiLU(), nn.Linear(width // 4, width, bias=False),
            nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean((2, 3)))[:, :, None, None]


class SpreadAttention(nn.Module):
    """Among the pixels of windows, [N, windows, pixels, width]."""

    def __init__(self, width, window):
        super().__init__()
        self.window = window
        self.to_qkv, self.to_out = nn.Linear(width, 3 * width, bias=False), nn.Sequential(nn.Linear(width, width, bias=False))
        self.rel_pos_bias = nn.Embedding((2 * window - 1) ** 2, 4)

    def forward(self, windows):
        n, count, pixels, width = windows.shape
        q, k, v = self.to_qkv(windows).reshape(n, count, pixels, 3, 4, -1).permute(3, 0, 1, 4, 2, 5)
        bias = self.rel_pos_bias(distances(self.window)).permute(2, 0, 1)
        shares = (q @ k.transpose(-1, -2) / (width // 4) ** 0.5 + bias).softmax(-1)
        return self.to_out((shares @ v).transpose(2, 3).reshape(windows.shape))


class LikenessOfChannels(nn.Module):
    def __init__(self, width, window, spread):
        super().__init__()
        self.window, self.spread = window, spread
        self.temperature = nn.Parameter(torch.ones(4, 1, 1))
        self.qkv = nn.Conv2d(width, 3 * width, 1, bias=False)
        self.qkv_dwconv = nn.Conv2d(3 * width, 3 * width, 3, 1, 1, groups=3 * width, bias=False)
        self.project_out = nn.Conv2d(width, width, 1, bias=False)

    def forward(self, x):
        n, width, h, w = x.shape
        rows, columns = h // self.window, w // self.window
        split = self.qkv_dwconv(self.qkv(x)).reshape(n, 3, 4, width // 4, rows, self.window, columns, self.window)
        split = split.permute(1, 0, *((5, 7, 2, 3, 4, 6) if self.spread else (4, 6, 2, 3, 5, 7)))
        q, k, v = split.flatten(6)
        likeness = functional.normalize(q, dim=-1) @ functional.normalize(k, dim=-1).transpose(-1, -2)
        y = ((likeness * self.temperature).softmax(-1) @ v).reshape(split.shape[1:])
        y = y.permute(0, *((3, 4, 5, 1, 6, 2) if self.spread else (3, 4, 1, 5, 2, 6)))
        return self.project_out(y.reshape(x.shape))


class GatedConvolutions(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.project_in = nn.Conv2d(width, 2 * width, 1, bias=False)
        self.dwconv = nn.Conv2d(2 * width, 2 * width, 3, 1, 1, groups=2 * width, bias=False)
        self.project_out = nn.Conv2d(width, width, 1, bias=False)

    def forward(self, x):
        gate, y = self.dwconv(self.project_in(x)).chunk(2, 1)
        return self.project_out(functional.gelu(gate) * y)


class OmniBlock(nn.Module):
    def __init__(self, width, window):
        super().__init__()
        self.window = window
        local = nn.Sequential(
            nn.Conv2d(width, width, 1), nn.GELU(), nn.Conv2d(width, width, 3, 1, 1, groups=width), nn.GELU(), Weights(width),
            nn.Conv2d(width, width, 1))
        modules = [Residual(local)]
        for spread in [False, True]:
            modules += [
                nn.Identity(), Residual(SpreadAttention(width, window), nn.LayerNorm(width)), nn.Identity(),
                Residual(GatedConvolutions(width), PixelNorm(width)),
                Residual(LikenessOfChannels(width, window, spread), PixelNorm(width)),
                Residual(GatedConvolutions(width), PixelNorm(width))]
        self.layer = nn.Sequential(*modules)

    def forward(self, x):
        window, (h, w) = self.window, x.shape[2:]
        for index, module in enumerate(self.layer):
            if index not in [2, 8]:
                x = module(x)
                continue
            y = x.permute(0, 2, 3, 1)
            # Spread pixels are made neighbours, attended, and put back.
            order = [torch.arange(size).reshape(window, -1).T.flatten() if index == 8 else torch.arange(size) for size in (h, w)]
            y = joined(module(cut(y[:, order[0]][:, :, order[1]], window, window)), window, window, h, w)
            x = y[:, order[0].argsort()][:, :, order[1].argsort()].permute(0, 3, 1, 2)
        return x


class OmniGroup(nn.Module):
    def __init__(self, width, blocks, window, bias):
        super().__init__()
        self.residual_layer = nn.Sequential(
            *[OmniBlock(width, window) for _ in range(blocks)], nn.Conv2d(width, width, 1, bias=bias))
        inner = max(width // 4, 16)
        self.esa = nn.Module()
        self.esa.conv1, self.esa.conv_f = nn.Conv2d(width, inner, 1), nn.Conv2d(inner, inner, 1)
        self.esa.conv2, self.esa.conv3 = nn.Conv2d(inner, inner, 3, 2), nn.Conv2d(inner, inner, 3, 1, 1)
        self.esa.conv4 = nn.Conv2d(inner, width, 1)

    def forward(self, x):
        x = x + self.residual_layer(x)
        reduced = self.esa.conv1(x)
        pooled = self.esa.conv3(functional.max_pool2d(self.esa.conv2(reduced), 7, 3))
        around = functional.interpolate(pooled, x.shape[2:], mode="bilinear", align_corners=False)
        return x * self.esa.conv4(around + self.esa.conv_f(reduced)).sigmoid()


class OmniSR(nn.Module):
    def __init__(self, width=64, groups=5, blocks=1, window=8, scale=4, bias=True, channels=3):
        super().__init__()
        self.in_channels = channels
        self.residual_layer = nn.Sequential(*[OmniGroup(width, blocks, window, bias) for _ in range(groups)])
        self.input, self.output = (nn.Conv2d(count, width, 3, 1, 1, bias=bias) for count in [channels, width])
        self.up = nn.Sequential(nn.Conv2d(width, channels * scale**2, 3, 1, 1, bias=bias), nn.PixelShuffle(scale))

    def forward(self, x):
        shallow = self.input(x)
        return self.up(self.output(self.residual_layer(shallow)) + shallow)


class RealPLKSR(nn.Module):
    def __init__(self, width=64, blocks=28, scale=4, kernel=17, large=16, attends=True, layer_norm=False, channels=3):
        super().__init__()
        self.scale, self.in_channels = scale, channels
        self.feats = nn.Sequential(
            nn.Conv2d(channels, width, 3, 1, 1),
            *[LargeKernelBlock(width, kernel, large, attends, layer_norm) for _ in range(blocks)], nn.Dropout2d(0),
            nn.Conv2d(width, channels * scale**2, 3, 1, 1))

    def forward(self, x):
        return functional.pixel_shuffle(self.feats(x) + x.repeat_interleave(self.scale**2, 1), self.scale)
