"""Makes the golden files of Tests/TensorsTests and Tests/LayersTests: every operation's value, gradients and, through a
gradient penalty, second derivatives, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/operations.py

The format is described in golden.py. Made with PyTorch 2.15.
"""

import json

import torch
import torch.nn.functional as F

from golden import Family, Values

TENSORS = "Tests/TensorsTests/Golden"
LAYERS = "Tests/LayersTests/Golden"


def first(x):
    """Channels first, as PyTorch expects."""
    return x.permute(0, 3, 1, 2).contiguous()


def last(x):
    return x.permute(0, 2, 3, 1)


def arithmetic():
    family, values = Family(f"{TENSORS}/arithmetic.safetensors"), Values(11)
    functions = {
        "sum": lambda left, right: left + right,
        "difference": lambda left, right: left - right,
        "product": lambda left, right: left * right,
        "quotient": lambda left, right: left / right,
    }
    shapes = {
        "same": ([2, 3, 5, 4], [2, 3, 5, 4]),
        "channels": ([2, 3, 5, 4], [4]),
        "single": ([3, 7], [1]),
        "scalar": ([], [3, 5]),
        "middle": ([2, 1, 5, 1], [3, 1, 4]),
        "outer": ([5, 1], [1, 7]),
    }
    for operation, function in functions.items():
        for kind, (left, right) in shapes.items():
            denominator = values.uniform(0.5, 2, *right)
            inputs = {
                "left": values.normal(*left),
                "right": denominator if operation == "quotient" else values.normal(*right),
            }
            family.add(f"{operation}.{kind}", function, inputs, operation=operation)
        for scalar in [2.5, -0.75]:
            family.add(f"{operation}.tensorAndNumber{scalar}", lambda left: function(left, scalar),
                       {"left": values.normal(3, 1, 5)}, operation=operation, number=scalar, numberOn="right")
            family.add(f"{operation}.numberAndTensor{scalar}", lambda right: function(scalar, right),
                       {"right": values.uniform(0.5, 2, 2, 7)}, operation=operation, number=scalar, numberOn="left")
    family.add("negative", lambda left: -left, {"left": values.normal(3, 5)}, operation="negative")
    # The same tensor on both sides: its gradient is the sum over both paths.
    family.add("self.product", lambda left: left * left * left, {"left": values.normal(4, 3)}, operation="cube")
    family.write()


def elementwise():
    family, values = Family(f"{TENSORS}/elementwise.safetensors"), Values(12)
    shape = [2, 3, 2, 7]
    smooth = {
        "exponential": torch.exp,
        "squared": torch.square,
        "hyperbolicTangent": torch.tanh,
        "sigmoid": torch.sigmoid,
        "softplus": F.softplus,
    }
    for operation, function in smooth.items():
        family.add(operation, lambda x: function(x), {"x": values.normal(*shape)}, operation=operation)
    # Large magnitudes must neither overflow nor lose the tail.
    far = torch.tensor([-90.0, -30.0, -12.0, -1.0, 0.0, 1.0, 12.0, 30.0, 90.0], dtype=torch.float64)
    for operation in ["hyperbolicTangent", "sigmoid", "softplus"]:
        exact = smooth[operation] if operation != "softplus" else lambda x: torch.logaddexp(x, torch.zeros_like(x))
        family.add(f"{operation}.far", lambda x: exact(x), {"x": far}, second=False, operation=operation,
                   differences=False)
    positive = {"logarithm": torch.log, "squareRoot": torch.sqrt}
    for operation, function in positive.items():
        family.add(operation, lambda x: function(x), {"x": values.uniform(0.3, 3, *shape)}, operation=operation)
    family.add("absoluteValue", torch.abs, {"x": values.off([0], *shape)}, operation="absoluteValue")
    family.add("rectified", torch.relu, {"x": values.off([0], *shape)}, operation="rectified")
    for slope in [0.01, 0.2]:
        family.add(f"leakyRectified{slope}", lambda x: F.leaky_relu(x, slope), {"x": values.off([0], *shape)},
                   operation="leakyRectified", slope=slope)
    for slopes in [1, 7]:
        family.add(f"parametricRectified{slopes}",
                   lambda x, slope: torch.where(x > 0, x, x * slope),
                   {"x": values.off([0], *shape), "slope": values.uniform(0.1, 0.4, slopes)},
                   operation="parametricRectified")
    family.add("clamped", lambda x: x.clamp(-0.5, 0.75), {"x": values.off([-0.5, 0.75], *shape)},
               operation="clamped", low=-0.5, high=0.75)
    # Four times as wide as the others, so that all parts of these functions are met.
    family.add("boundedRectified", lambda x: F.relu6(x), {"x": 4 * values.off([0, 1.5], *shape)}, operation="boundedRectified")
    family.add("sigmoidRectified", lambda x: F.silu(x), {"x": 4 * values.normal(*shape)}, operation="sigmoidRectified")
    x = 4 * values.off([-0.75, 0.75], *shape)
    assert torch.allclose(F.hardswish(x), x * (x + 3).clamp(0, 6) / 6, atol=1e-12)
    family.add("hardSigmoidRectified", lambda x: x * (x + 3).clamp(0, 6) / 6, {"x": x},
               operation="hardSigmoidRectified")
    family.add("sigmoidRectified.far", lambda x: F.silu(x), {"x": far}, second=False, operation="sigmoidRectified",
               differences=False)
    # Of 84 values, so that not all of them fill a vector register, and of 11, which do not fill one.
    for size in [shape, [11]]:
        family.add(f"attended{len(size)}", lambda x, skip: (x + skip) * (x.sigmoid() - 0.5),
                   {"x": 4 * values.normal(*size), "skip": values.normal(*size)}, operation="attended")
    family.add("mish", lambda x: F.mish(x), {"x": 4 * values.normal(*shape)}, operation="mish")
    family.add("normalRectified", lambda x: F.gelu(x), {"x": 2 * values.normal(*shape)}, operation="normalRectified")
    for operation, function in {"mish": F.mish, "normalRectified": F.gelu}.items():
        family.add(f"{operation}.far", lambda x: function(x), {"x": far}, second=False, operation=operation,
                   differences=False)
    family.write()


def softmax():
    family, values = Family(f"{TENSORS}/softmax.safetensors"), Values(24)
    for operation, function in {"softmax": F.softmax, "logSoftmax": F.log_softmax}.items():
        for shape in [(2, 3, 4, 5), (1, 2, 3, 33), (3, 1), (7,)]:
            family.add(f"{operation}.{shape[-1]}", lambda x: function(x, dim=-1), {"x": values.normal(*shape)},
                       operation=operation)
        far = torch.tensor([[-90.0, 0.0, 3.0], [200.0, 190.0, 200.0], [-200.0, -201.0, -300.0]], dtype=torch.float64)
        family.add(f"{operation}.far", lambda x: function(x, dim=-1), {"x": far}, operation=operation, second=False,
                   differences=False)
    family.write()


def attended(x, bias, heads, channels, places, windows, scale):
    """Attention within windows. `windows` holds, for queries and keys, positions and parts along rows and columns, with a
    row for each window; `places` the first channels of queries, keys and values."""
    n, h, w, _ = x.shape
    padded = torch.cat([x.reshape(n, h * w, -1), torch.zeros(n, 1, x.shape[-1], dtype=x.dtype)], 1)

    def pixels(rows, columns, outside):
        grid = torch.tensor(rows)[:, None, :, None] * outside + torch.tensor(columns)[None, :, None, :]
        return grid.reshape(len(rows) * len(columns), -1)

    def places_of(side):
        rows, columns = (torch.tensor(side[axis]) for axis in ["rows", "columns"])
        where = pixels(side["rows"], side["columns"], w)
        inside = ((rows >= 0)[:, None, :, None] & (columns >= 0)[None, :, None, :]).reshape(where.shape)
        return torch.where(inside, where, h * w)

    def read(side, first):
        part = padded[:, places_of(side)][..., first:first + heads * channels]
        return part.reshape(*part.shape[:3], heads, channels).transpose(2, 3)

    queries, keys = windows["queries"], windows["keys"]
    scores = read(queries, places[0]) @ read(keys, places[1]).transpose(-1, -2) * scale + bias
    own, other = (pixels(side["rowParts"], side["columnParts"], 100) for side in [queries, keys])
    scores = scores.masked_fill((own[:, :, None] != other[:, None])[:, None], -torch.inf)
    result = (scores.softmax(-1) @ read(keys, places[2])).transpose(2, 3).flatten(3)
    target = torch.zeros(n, h * w + 1, heads * channels, dtype=x.dtype)
    return target.index_copy(1, places_of(queries).flatten(), result.flatten(1, 2))[:, :-1].reshape(n, h, w, -1)


def window_attention():
    family, values = Family(f"{TENSORS}/windowAttention.safetensors"), Values(30)

    def side_by_side(size, length, shift=0):
        order = [(place + shift) % length for place in range(length)]
        parts = [int(place >= length - shift) for place in range(length)]
        return [[list_[start:start + size] for start in range(0, length, size)] for list_ in [order, parts]]

    def image(rows, columns):
        return {"rows": rows[0], "columns": columns[0], "rowParts": rows[1], "columnParts": columns[1]}

    def zeros(windows):
        return [windows, [[0] * len(window) for window in windows]]

    overlapping = zeros([[place if place in range(6) else -1 for place in range(start - 1, start + 4)] for start in [0, 3]])
    beyond = zeros([[0, 1, 2], [3, 4, -1]])
    interleaved = zeros([[0, 2], [1, 3]])
    cases = {
        "plain": ((2, 4, 6), 2, 3, image(side_by_side(2, 4), side_by_side(3, 6)), None),
        "shifted": ((1, 4, 6), 1, 5, image(side_by_side(2, 4, 1), side_by_side(3, 6, 2)), None),
        "large": ((1, 9, 18), 1, 18, image(side_by_side(9, 9, 4), side_by_side(9, 18, 4)), None),
        "overlapping": ((2, 6, 6), 3, 2, image(side_by_side(3, 6), side_by_side(3, 6)), image(overlapping, overlapping)),
        "beyond": ((1, 5, 4), 2, 4, image(beyond, interleaved), None),
    }
    for name, (size, heads, channels, queries, keys) in cases.items():
        keys = keys or queries
        total = heads * channels
        count, seen = (len(side["rows"][0]) * len(side["columns"][0]) for side in [queries, keys])
        windows, places = {"queries": queries, "keys": keys}, [total, 0, total + 1]
        family.add(name, lambda x, bias: attended(x, bias, heads, channels, places, windows, 0.5),
                   {"x": values.normal(*size, 2 * total + 1), "bias": values.normal(heads, count, seen)},
                   second=name != "large", differences=name != "large", heads=heads, channels=channels, places=places,
                   windows=windows, scale=0.5)
    family.write()


def reductions():
    family, values = Family(f"{TENSORS}/reductions.safetensors"), Values(13)
    functions = {
        "sum": torch.sum,
        "mean": torch.mean,
        "maximum": torch.amax,
    }
    for operation, function in functions.items():
        for shape, axes in [([2, 3, 5, 4], [1, 2]), ([2, 3, 5, 4], [0, 1, 2]), ([2, 3, 5, 4], [3]), ([4, 6], [0]),
                            ([3, 5, 2], [0, 2]), ([2, 3, 4], [0, 1, 2]), ([1, 7], [0]), ([3, 4, 2], [1])]:
            if operation == "maximum" and len(axes) > 1:
                continue
            for keeping in [False, True]:
                x = values.distinct(*shape) if operation == "maximum" else values.normal(*shape)
                label = "".join(map(str, axes)) + f".{len(shape)}d" + (".kept" if keeping else "")
                family.add(f"{operation}.{label}", lambda x: function(x, dim=axes, keepdim=keeping), {"x": x},
                           operation=operation, axes=axes, keeping=keeping)
    for shape in [[2, 3, 5, 4], [37], [3, 19]]:
        family.add(f"sumOfSquares.{len(shape)}d", lambda x: (x * x).sum(), {"x": values.normal(*shape)},
                   operation="sumOfSquares", axes=[], keeping=False)
    family.write()


def matrices():
    family, values = Family(f"{TENSORS}/matrices.safetensors"), Values(14)
    for leading, rows, inner, columns in [([], 3, 5, 4), ([], 1, 7, 1), ([], 17, 3, 9), ([], 6, 33, 2), ([2], 3, 4, 5),
                                          ([2, 3], 4, 2, 3)]:
        for left in [False, True]:
            for right in [False, True]:
                inputs = {
                    "left": values.normal(*leading, *([inner, rows] if left else [rows, inner])),
                    "right": values.normal(*leading, *([columns, inner] if right else [inner, columns])),
                }
                label = f"{len(leading)}.{rows}x{inner}x{columns}"
                family.add(
                    label + (".left" if left else "") + (".right" if right else ""),
                    lambda **sides: (sides["left"].mT if left else sides["left"])
                    @ (sides["right"].mT if right else sides["right"]),
                    inputs, transposingLeft=left, transposingRight=right)
    family.write()


def shaping():
    family, values = Family(f"{TENSORS}/shaping.safetensors"), Values(15)
    for source, target in [([2, 3, 4], [6, 4]), ([2, 3, 5, 1], [30]), ([1], []), ([4], [2, 1, 2])]:
        family.add(f"reshaped{len(source)}to{len(target)}", lambda x: x.reshape(target), {"x": values.normal(*source)},
                   operation="reshaped", shape=target)
    for shape, order in [([3, 5], [1, 0]), ([2, 3, 5, 4], [0, 3, 1, 2]), ([2, 3, 5, 4], [3, 1, 0, 2]),
                         ([2, 3, 4], [0, 1, 2]), ([2, 3, 4], [2, 0, 1])]:
        family.add("transposed" + "".join(map(str, order)), lambda x: x.permute(order), {"x": values.normal(*shape)},
                   operation="transposed", order=order)
    for shape, target in [([3], [2, 5, 3]), ([2, 1, 1, 3], [2, 4, 5, 3]), ([], [3, 2]), ([4, 1], [4, 6])]:
        family.add(f"broadcast{len(shape)}to{len(target)}", lambda x: x.expand(target), {"x": values.normal(*shape)},
                   operation="broadcast", shape=target)
    for shape, axis, low, high in [([5, 3], 0, 1, 4), ([2, 6, 5, 3], 1, 2, 6), ([2, 6, 5, 3], 2, 0, 1),
                                   ([2, 3, 4, 7], 3, 2, 5), ([3, 4], 1, 0, 4)]:
        family.add(f"sliced{len(shape)}d.{axis}.{low}", lambda x: x.narrow(axis, low, high - low),
                   {"x": values.normal(*shape)}, operation="sliced", axis=axis, low=low, high=high)
    for shapes, axis in [([[2, 3], [4, 3]], 0), ([[2, 3, 4, 5], [2, 3, 4, 1], [2, 3, 4, 3]], 3),
                         ([[2, 1, 3, 2], [2, 4, 3, 2]], 1), ([[3, 2]], 1)]:
        inputs = {f"part{i}": values.normal(*shape) for i, shape in enumerate(shapes)}
        family.add(f"concatenated{len(shapes)}.{axis}", lambda **parts: torch.cat(list(parts.values()), axis), inputs,
                   operation="concatenated", axis=axis)
    family.write()


def convolve(x, weight, bias=None, stride=(1, 1), padding=(0, 0, 0, 0), dilation=(1, 1), groups=1):
    top, left, bottom, right = padding
    x = F.pad(first(x), (left, right, top, bottom))
    weight = weight.permute(3, 2, 0, 1).contiguous()
    return last(F.conv2d(x, weight, bias, stride=stride, dilation=dilation, groups=groups))


def convolution():
    """Weights are [kernel height, kernel width, in, out]; padding is top, left, bottom, right."""
    family, values = Family(f"{TENSORS}/convolution.safetensors"), Values(16)

    def add(name, size, kernel, channels, bias=True, second=True, **attributes):
        n, height, width = size
        inputs = {
            "x": values.normal(n, height, width, channels[0]),
            "weight": values.normal(*kernel, *channels, scale=(kernel[0] * kernel[1] * channels[0]) ** -0.5),
        }
        if bias:
            inputs["bias"] = values.normal(channels[1])
        family.add(name, lambda **tensors: convolve(**tensors, **attributes), inputs, second=second, **attributes)

    add("1x1", (2, 5, 3), (1, 1), (3, 5))
    add("1x1.stride2", (1, 5, 6), (1, 1), (4, 2), stride=(2, 2))
    add("1x3", (2, 4, 7), (1, 3), (2, 3), padding=(0, 1, 0, 1))
    add("3x1.stride3", (1, 8, 5), (3, 1), (3, 2), stride=(3, 1), bias=False)
    add("2x2", (3, 3, 4), (2, 2), (1, 1))
    add("3x3.few", (3, 5, 7), (3, 3), (3, 4), padding=(1, 1, 1, 1))
    add("3x3.stride2", (2, 7, 9), (3, 3), (3, 4), stride=(2, 2), padding=(1, 1, 1, 1))
    add("3x3.stride2.even", (1, 8, 6), (3, 3), (4, 8), stride=(2, 2), padding=(1, 1, 1, 1), bias=False)
    add("3x3.stride2by1", (1, 6, 5), (3, 3), (2, 3), stride=(2, 1), padding=(1, 0, 0, 2))
    add("3x3.stride3", (1, 9, 10), (3, 3), (2, 2), stride=(3, 3), padding=(0, 1, 2, 0))
    add("3x3.dilation2", (1, 8, 9), (3, 3), (2, 3), padding=(2, 2, 2, 2), dilation=(2, 2))
    add("3x3.dilation2.stride2", (2, 9, 7), (3, 3), (2, 2), stride=(2, 2), padding=(2, 1, 0, 2), dilation=(2, 1))
    add("3x3.whole", (2, 3, 3), (3, 3), (4, 3))
    add("4x4.stride2", (2, 8, 10), (4, 4), (3, 4), stride=(2, 2), padding=(1, 1, 1, 1))
    add("4x4", (1, 6, 5), (4, 4), (4, 1), padding=(1, 1, 1, 1))
    add("4x4.asymmetric", (1, 5, 6), (4, 4), (2, 3), padding=(1, 2, 2, 1))
    add("5x3", (1, 7, 6), (5, 3), (2, 2), padding=(2, 1, 2, 1))
    add("7x7", (1, 8, 9), (7, 7), (3, 4), padding=(3, 3, 3, 3))
    add("7x7.unpadded", (1, 9, 8), (7, 7), (4, 3))
    add("padding.beyondKernel", (1, 3, 2), (2, 2), (2, 2), padding=(2, 3, 3, 2))
    # Enough channels for the fast 3x3 path, on sizes that leave partial tiles.
    add("3x3.16to16", (2, 8, 7), (3, 3), (16, 16), padding=(1, 1, 1, 1))
    add("3x3.16to32", (1, 9, 14), (3, 3), (16, 32), padding=(1, 1, 1, 1), second=False)
    add("3x3.16to18.unpadded", (1, 6, 7), (3, 3), (16, 18), bias=False, second=False)
    add("3x3.32to20", (2, 5, 6), (3, 3), (32, 20), padding=(1, 1, 1, 1), second=False)
    add("3x3.17to19", (1, 13, 21), (3, 3), (17, 19), padding=(1, 1, 1, 1), second=False)
    add("3x3.24to16.asymmetric", (1, 7, 5), (3, 3), (24, 16), padding=(0, 2, 1, 1), second=False)
    add("3x3.16to16.tiny", (3, 1, 2), (3, 3), (16, 16), padding=(1, 1, 1, 1), second=False)
    add("4x4.stride2.16to8", (1, 8, 8), (4, 4), (16, 8), stride=(2, 2), padding=(1, 1, 1, 1), second=False)
    # A row and a column of seven, as in InceptionV3.
    add("1x7", (1, 5, 9), (1, 7), (3, 4), padding=(0, 3, 0, 3))
    add("7x1", (2, 9, 4), (7, 1), (3, 2), padding=(3, 0, 3, 0))
    add("1x7.16to20", (1, 6, 8), (1, 7), (16, 20), bias=False, padding=(0, 3, 0, 3), second=False)
    add("7x1.16to20", (1, 8, 6), (7, 1), (16, 20), bias=False, padding=(3, 0, 3, 0), second=False)
    family.write()


def grouped_convolution():
    """Weights are [kernel height, kernel width, in / groups, out]; a group for each input channel is depthwise."""
    family, values = Family(f"{TENSORS}/groupedConvolution.safetensors"), Values(25)

    def add(name, size, kernel, channels, groups, bias=True, second=True, **attributes):
        n, height, width = size
        inputs = {
            "x": values.normal(n, height, width, channels[0]),
            "weight": values.normal(*kernel, channels[0] // groups, channels[1],
                                    scale=(kernel[0] * kernel[1] * channels[0] / groups) ** -0.5),
        }
        if bias:
            inputs["bias"] = values.normal(channels[1])
        family.add(name, lambda **tensors: convolve(**tensors, **attributes, groups=groups), inputs, second=second,
                   **attributes, groups=groups)

    add("depthwise.1x1", (2, 4, 3), (1, 1), (5, 5), 5)
    add("depthwise.3x3", (2, 6, 7), (3, 3), (16, 16), 16, padding=(1, 1, 1, 1))
    add("depthwise.3x3.few", (2, 5, 8), (3, 3), (3, 3), 3, padding=(1, 1, 1, 1), bias=False)
    add("depthwise.3x3.same2", (1, 8, 6), (3, 3), (20, 20), 20, stride=(2, 2), padding=(0, 0, 1, 1))
    add("depthwise.3x3.stride2.odd", (2, 7, 9), (3, 3), (4, 4), 4, stride=(2, 2), padding=(1, 1, 1, 1))
    add("depthwise.3x3.stride3by1", (1, 8, 7), (3, 3), (6, 6), 6, stride=(3, 1), padding=(2, 0, 0, 1))
    add("depthwise.3x3.dilation2", (1, 9, 8), (3, 3), (17, 17), 17, padding=(2, 2, 2, 2), dilation=(2, 2))
    add("depthwise.3x3.dilation2.stride2", (1, 9, 7), (3, 3), (3, 3), 3, stride=(2, 2), padding=(2, 1, 0, 2),
        dilation=(2, 1))
    add("depthwise.2x2.stride3", (1, 8, 8), (2, 2), (4, 4), 4, stride=(3, 3))
    add("depthwise.5x5", (1, 7, 9), (5, 5), (18, 18), 18, padding=(2, 2, 2, 2))
    add("depthwise.5x5.same2", (2, 8, 8), (5, 5), (4, 4), 4, stride=(2, 2), padding=(1, 1, 2, 2))
    add("depthwise.7x7", (1, 8, 9), (7, 7), (3, 3), 3, padding=(3, 3, 3, 3))
    add("depthwise.9x4", (1, 10, 6), (9, 4), (2, 2), 2, padding=(4, 1, 4, 2))
    add("depthwise.beyondKernel", (1, 3, 2), (2, 2), (2, 2), 2, padding=(2, 3, 3, 2))
    add("depthwise.multiplied2", (2, 6, 5), (3, 3), (5, 10), 5, padding=(1, 1, 1, 1))
    add("depthwise.multiplied3.stride2", (1, 7, 8), (5, 5), (2, 6), 2, stride=(2, 2), padding=(2, 2, 2, 2), bias=False)
    add("grouped2", (2, 5, 6), (3, 3), (4, 6), 2, padding=(1, 1, 1, 1))
    add("grouped3.stride2", (1, 7, 8), (3, 3), (9, 6), 3, stride=(2, 2), padding=(0, 0, 1, 1), bias=False)
    add("grouped2.dilation2", (1, 8, 7), (3, 5), (6, 4), 2, padding=(2, 2, 2, 2), dilation=(2, 1))
    family.write()


def transpose_convolve(x, weight, bias=None, stride=(1, 1), padding=(0, 0, 0, 0), outputPadding=(0, 0),
                       dilation=(1, 1)):
    """Asymmetric padding is a crop of the unpadded result."""
    full = F.conv_transpose2d(first(x), weight.permute(3, 2, 0, 1).contiguous(), bias, stride=stride, dilation=dilation)
    full = F.pad(full, (0, outputPadding[1], 0, outputPadding[0]))
    if bias is not None:
        # Rows added by output padding alone hold only the bias.
        margin = torch.ones_like(full)
        margin[:, :, : full.shape[2] - outputPadding[0], : full.shape[3] - outputPadding[1]] = 0
        full = full + margin * bias[:, None, None]
    top, left, bottom, right = padding
    return last(full[:, :, top : full.shape[2] - bottom, left : full.shape[3] - right])


def transpose_convolution():
    """Weights are [kernel height, kernel width, out, in]."""
    family, values = Family(f"{TENSORS}/transposeConvolution.safetensors"), Values(17)

    def add(name, size, kernel, channels, bias=True, second=True, **attributes):
        n, height, width = size
        inputs = {
            "x": values.normal(n, height, width, channels[0]),
            "weight": values.normal(*kernel, channels[1], channels[0], scale=(kernel[0] * channels[0]) ** -0.5),
        }
        if bias:
            inputs["bias"] = values.normal(channels[1])
        if "padding" in attributes and attributes["padding"][0] == attributes["padding"][2]:
            # Where PyTorch's own padding can express the crop above, the two must agree.
            padding = attributes["padding"]
            mine = transpose_convolve(**inputs, **attributes)
            theirs = last(F.conv_transpose2d(
                first(inputs["x"]), inputs["weight"].permute(3, 2, 0, 1), inputs.get("bias"),
                stride=attributes.get("stride", 1), padding=padding[:2], dilation=attributes.get("dilation", 1),
                output_padding=attributes.get("outputPadding", 0)))
            assert torch.allclose(mine, theirs, atol=1e-12), name
        family.add(name, lambda **tensors: transpose_convolve(**tensors, **attributes), inputs, second=second,
                   **attributes)

    add("1x1", (2, 3, 4), (1, 1), (3, 2))
    add("3x3", (1, 4, 5), (3, 3), (3, 2), padding=(1, 1, 1, 1))
    add("3x3.stride2", (2, 4, 3), (3, 3), (4, 3), stride=(2, 2), padding=(1, 1, 1, 1), outputPadding=(1, 1))
    add("3x3.stride2.odd", (1, 5, 3), (3, 3), (4, 2), stride=(2, 2), padding=(1, 1, 1, 1), bias=False)
    add("3x3.stride2.oneSided", (1, 3, 4), (3, 3), (2, 3), stride=(2, 2), padding=(1, 1, 1, 1), outputPadding=(1, 0))
    add("3x3.stride2by1", (1, 3, 5), (3, 3), (2, 2), stride=(2, 1), padding=(1, 0, 1, 0), outputPadding=(1, 0))
    add("3x3.stride3", (1, 3, 2), (3, 3), (2, 3), stride=(3, 3), outputPadding=(2, 1))
    add("4x4.stride2", (2, 3, 5), (4, 4), (3, 2), stride=(2, 2), padding=(1, 1, 1, 1))
    add("2x2.stride2", (1, 3, 4), (2, 2), (3, 3), stride=(2, 2))
    add("2x2.stride3", (1, 3, 2), (2, 2), (2, 2), stride=(3, 3))
    add("3x3.dilation2", (1, 4, 5), (3, 3), (2, 2), stride=(2, 1), padding=(2, 2, 2, 2), dilation=(2, 2),
        outputPadding=(1, 0))
    add("3x3.asymmetric", (1, 4, 5), (3, 3), (2, 2), stride=(2, 2), padding=(1, 0, 0, 2))
    add("7x7", (1, 4, 3), (7, 7), (2, 2), padding=(3, 3, 3, 3))
    add("3x3.32to16", (1, 4, 5), (3, 3), (32, 16), stride=(2, 2), padding=(1, 1, 1, 1), outputPadding=(1, 1),
        second=False)
    add("3x3.16to16.stride1", (1, 7, 5), (3, 3), (16, 16), padding=(1, 1, 1, 1), second=False)
    family.write()


def padding():
    """Padding is top, left, bottom, right."""
    family, values = Family(f"{TENSORS}/padding.safetensors"), Values(18)
    modes = {"zero": "constant", "reflection": "reflect", "replication": "replicate"}
    for mode, theirs in modes.items():
        for size, widths in [((2, 5, 4, 3), (1, 1, 1, 1)), ((1, 7, 5, 2), (3, 3, 3, 3)), ((3, 4, 6, 1), (0, 2, 3, 1)),
                             ((1, 4, 5, 7), (0, 0, 1, 0)), ((2, 3, 3, 4), (2, 2, 2, 2)), ((1, 2, 9, 2), (1, 0, 0, 8))]:
            top, left, bottom, right = widths
            family.add(f"{mode}.{size[1]}x{size[2]}",
                       lambda x: last(F.pad(first(x), (left, right, top, bottom), mode=theirs)),
                       {"x": values.normal(*size)}, mode=mode, padding=widths)
    family.write()


def normalization():
    family, values = Family(f"{TENSORS}/normalization.safetensors"), Values(19)

    def off_zero(function, *shape):
        """Values whose normalised form stays clear of the activation's kink."""
        x = values.normal(*shape)
        for _ in range(200):
            near = function(x).abs() < 0.12
            if not near.any():
                return x
            x = torch.where(near, values.normal(*shape), x)
        return x

    def instance(x, epsilon):
        mean = x.mean((1, 2), keepdim=True)
        return (x - mean) / ((x - mean).square().mean((1, 2), keepdim=True) + epsilon).sqrt()

    for shape in [(2, 5, 4, 3), (1, 3, 7, 16), (3, 2, 2, 5), (1, 9, 13, 2)]:
        for slope in [1.0, 0.0, 0.2]:
            x = off_zero(lambda x: instance(x, 1e-5), *shape)
            assert torch.allclose(last(F.instance_norm(first(x), eps=1e-5)), instance(x, 1e-5), atol=1e-12)
            family.add(f"instance.{shape[1]}x{shape[2]}.slope{slope}",
                       lambda x: F.leaky_relu(instance(x, 1e-5), slope), {"x": x},
                       operation="instance", epsilon=1e-5, slope=slope, step=1 / 256)
    # A nearly flat image, where epsilon matters, and one far from zero, where a naive variance cancels.
    family.add("instance.flat", lambda x: instance(x, 1e-5), {"x": values.normal(1, 4, 5, 3, scale=3e-3)},
               operation="instance", epsilon=1e-5, slope=1.0, step=1 / 8192)
    family.add("instance.far", lambda x: instance(x, 1e-5), {"x": (values.normal(1, 6, 5, 2) + 100).half().double()},
               operation="instance", epsilon=1e-5, slope=1.0, differences=False)

    def batch(x, scale, shift, epsilon=1e-5):
        mean = x.mean((0, 1, 2))
        return (x - mean) / ((x - mean).square().mean((0, 1, 2)) + epsilon).sqrt() * scale + shift

    for shape in [(3, 4, 5, 2), (1, 5, 3, 7), (4, 2, 2, 16), (5, 1, 1, 3)]:
        inputs = {"x": values.normal(*shape), "scale": values.uniform(0.5, 1.5, shape[-1]),
                  "shift": values.normal(shape[-1])}
        theirs = F.batch_norm(first(inputs["x"]), None, None, inputs["scale"], inputs["shift"], training=True, eps=1e-5)
        assert torch.allclose(last(theirs), batch(**inputs), atol=1e-12)
        family.add(f"batch.{shape[0]}x{shape[1]}x{shape[2]}", batch, inputs, operation="batch", epsilon=1e-5,
                   step=1 / 128)
    family.write()


def grouped_normalization():
    """Norms with a factor and an addend for each channel: over an image's groups of channels, and over a pixel's channels."""
    family, values = Family(f"{TENSORS}/groupedNormalization.safetensors"), Values(29)
    for shape, groups in [((2, 3, 4, 6), 2), ((1, 5, 3, 8), 4), ((2, 2, 3, 20), 1), ((1, 4, 4, 3), 3)]:
        inputs = {"x": values.normal(*shape), "scale": values.normal(shape[-1]), "shift": values.normal(shape[-1])}
        family.add(f"groups{groups}", lambda x, scale, shift: last(F.group_norm(first(x), groups, scale, shift)), inputs,
                   groups=groups)
    for shape, epsilon in [((2, 3, 2, 6), 1e-5), ((1, 2, 2, 37), 1e-6), ((3, 16), 1e-5), ((2, 3, 1, 5), 1e-3)]:
        inputs = {"x": values.normal(*shape), "scale": values.normal(shape[-1]), "shift": values.normal(shape[-1])}
        family.add(f"pixels{shape[-1]}", lambda x, scale, shift: F.layer_norm(x, shape[-1:], scale, shift, epsilon), inputs,
                   epsilon=epsilon)
    family.write()


def resampling():
    family, values = Family(f"{TENSORS}/resampling.safetensors"), Values(20)
    for factor, shape in [(2, (2, 3, 2, 8)), (3, (1, 2, 3, 9)), (2, (1, 1, 5, 12)), (4, (1, 2, 1, 16))]:
        family.add(f"pixelShuffled{factor}.{shape[3]}", lambda x: last(F.pixel_shuffle(first(x), factor)),
                   {"x": values.normal(*shape)}, operation="pixelShuffled", factor=factor)
    for factor, shape in [(2, (2, 4, 6, 2)), (3, (1, 6, 3, 1)), (2, (1, 2, 4, 3)), (4, (1, 8, 4, 2))]:
        family.add(f"pixelUnshuffled{factor}.{shape[3]}", lambda x: last(F.pixel_unshuffle(first(x), factor)),
                   {"x": values.normal(*shape)}, operation="pixelUnshuffled", factor=factor)
    for factor, shape in [(2, (2, 3, 5, 3)), (3, (1, 4, 2, 2)), (4, (1, 1, 3, 1)), (2, (1, 1, 1, 2))]:
        for operation, mode in {"upsampledNearest": "nearest", "upsampledBilinear": "bilinear"}.items():
            family.add(f"{operation}{factor}.{shape[1]}x{shape[2]}",
                       lambda x: last(F.interpolate(first(x), scale_factor=factor, mode=mode)),
                       {"x": values.normal(*shape)}, operation=operation, factor=factor)
    pools = [((2, 6, 4, 3), 2, 2, 0), ((1, 7, 5, 2), 3, 2, 0), ((1, 6, 7, 2), 3, 2, 1), ((1, 5, 6, 4), 3, 1, 1),
             ((2, 8, 5, 1), 4, 4, 0), ((1, 4, 5, 2), 2, 3, 1)]
    for shape, window, stride, width in pools:
        label = f"{window}.{shape[1]}x{shape[2]}"
        attributes = {"window": window, "stride": stride, "padding": width}
        family.add(f"averagePooled.{label}", lambda x: last(F.avg_pool2d(first(x), window, stride, width)),
                   {"x": values.normal(*shape)}, operation="averagePooled", **attributes)
        family.add(f"maximumPooled.{label}", lambda x: last(F.max_pool2d(first(x), window, stride, width)),
                   {"x": values.distinct(*shape)}, operation="maximumPooled", **attributes)
    for factor, shape in [(2, (1, 7, 9, 2)), (3, (1, 5, 7, 1)), (5, (2, 3, 3, 2)), (8, (1, 3, 5, 1))]:
        family.add(f"upsampledBilinear{factor}.{shape[1]}x{shape[2]}",
                   lambda x: last(F.interpolate(first(x), scale_factor=factor, mode="bilinear", align_corners=False)),
                   {"x": values.normal(*shape)}, operation="upsampledBilinear", factor=factor)
    blur = torch.tensor([1.0, 2.0, 1.0], dtype=torch.float64) / 4
    for width, shape in [(2, (2, 5, 6, 3)), (2, (1, 3, 8, 2)), (1, (1, 7, 4, 2)), (0, (1, 5, 6, 1))]:
        weight = torch.outer(blur, blur).repeat(shape[3], 1, 1, 1)
        family.add(
            f"blurPooled{width}.{shape[1]}x{shape[2]}",
            lambda x: last(F.conv2d(F.pad(first(x), [width] * 4, mode="reflect"), weight, stride=2, groups=x.shape[3])),
            {"x": values.normal(*shape)}, operation="blurPooled", padding=width)
    for size, shape in [((35, 3), (1, 36, 2, 1)), ((3, 7), (2, 4, 5, 2)), ((1, 4), (1, 2, 4, 3))]:
        family.add(f"resizedNearest.{size[0]}x{size[1]}", lambda x: last(F.interpolate(first(x), size, mode="nearest")),
                   {"x": values.normal(*shape)}, operation="resizedNearest", height=size[0], width=size[1])
    family.write()


def pooling():
    """Means that do not count padding."""
    family, values = Family(f"{TENSORS}/pooling.safetensors"), Values(44)
    for shape, window, stride, width in [((1, 5, 6, 4), 3, 1, 1), ((2, 7, 4, 2), 3, 2, 1), ((1, 4, 5, 2), 2, 3, 1),
                                         ((1, 1, 2, 3), 3, 1, 1), ((1, 8, 7, 1), 5, 2, 2), ((1, 6, 4, 2), 2, 2, 0)]:
        family.add(f"averagePooled.{window}.{shape[1]}x{shape[2]}",
                   lambda x: last(F.avg_pool2d(first(x), window, stride, width, count_include_pad=False)),
                   {"x": values.normal(*shape)}, window=window, stride=stride, padding=width)
    family.write()


def losses():
    family, values = Family(f"{LAYERS}/losses.safetensors"), Values(21)
    shape = (2, 3, 4, 2)
    target = values.normal(*shape)
    apart = (target + values.off([0], *shape)).half().double()
    family.add("absolute", F.l1_loss, {"input": apart, "target": target}, operation="meanAbsoluteError")
    family.add("squared", F.mse_loss, {"input": values.normal(*shape), "target": target}, operation="meanSquaredError")
    logits = torch.cat([values.normal(40), torch.tensor([-80.0, -20.0, 0.0, 20.0, 80.0], dtype=torch.float64)])
    family.add("crossEntropy", F.binary_cross_entropy_with_logits,
               {"input": logits, "target": values.uniform(0, 1, 45)}, constants=["target"],
               operation="binaryCrossEntropy")
    for label in [0.0, 1.0]:
        family.add(f"crossEntropy.{int(label)}", F.binary_cross_entropy_with_logits,
                   {"input": values.normal(2, 5, 3, 1), "target": torch.full((2, 5, 3, 1), label, dtype=torch.float64)},
                   constants=["target"], operation="binaryCrossEntropy")
    family.write()


def cross_entropy():
    """Of soft targets, which a network does not learn; weights are for classes or for pixels."""
    family, values = Family(f"{LAYERS}/crossEntropy.safetensors"), Values(26)
    for shape in [(2, 3, 4, 5), (1, 2, 2, 33)]:
        inputs = {"logits": values.normal(*shape), "targets": F.softmax(values.normal(*shape), -1).half().double()}
        classes, pixels = values.uniform(0.2, 3, shape[-1]), values.uniform(0, 2, *shape[:-1], 1)

        def loss(logits, targets, weights=None, reduction="mean"):
            return F.cross_entropy(first(logits), first(targets), weights, reduction=reduction)

        family.add(f"plain.{shape[-1]}", loss, inputs, constants=["targets"])
        family.add(f"classes.{shape[-1]}", loss, {**inputs, "weights": classes}, constants=["targets", "weights"])
        family.add(f"pixels.{shape[-1]}",
                   lambda logits, targets, weights: (loss(logits, targets, reduction="none") * weights[..., 0]).mean(),
                   {**inputs, "weights": pixels}, constants=["targets", "weights"])
    family.write()


def frozen_batch_norm():
    """Batch norm by running statistics, which do not learn, though scale and shift do."""
    family, values = Family(f"{LAYERS}/frozenBatchNorm.safetensors"), Values(27)
    for shape, epsilon in [((2, 5, 4, 3), 1e-3), ((1, 3, 7, 17), 1e-5)]:
        def norm(x, scale, shift, mean, variance):
            return last(F.batch_norm(first(x), mean, variance, scale, shift, training=False, eps=epsilon))

        inputs = {"x": values.normal(*shape), "scale": values.uniform(0.5, 1.5, shape[-1]),
                  "shift": values.normal(shape[-1]), "mean": values.normal(shape[-1]),
                  "variance": values.uniform(0.5, 2, shape[-1])}
        family.add(f"{shape[-1]}", norm, inputs, constants=["mean", "variance"], epsilon=epsilon)
    family.write()


def spectral_norm():
    """`<case>/<role>`: a convolution with spectral norm, before (`u`, `v`) and after two passes in training.

    `weight`, `u` and `v` are PyTorch's. Each pass n adds `output<n>`, the gradients `gradient<n>.input` and
    `gradient<n>.weight` of sum(output * upstream), and then `u<n>` and `v<n>`. Pass 2 is not in training.
    """
    family, values = Family(f"{LAYERS}/spectralNorm.safetensors"), Values(23)
    for name, channels, kernel, stride in [("plain", (3, 5), 3, 1), ("strided", (4, 6), 4, 2), ("narrow", (2, 1), 1, 1)]:
        layer = torch.nn.Conv2d(*channels, kernel, stride, kernel // 2, bias=False).double()
        torch.nn.utils.spectral_norm(layer)
        layer.weight_orig.data = values.normal(*layer.weight_orig.shape)
        for vector in [layer.weight_u, layer.weight_v]:
            vector.data = F.normalize(values.normal(*vector.shape), dim=0).half().double()
        x = values.normal(2, 6, 5, channels[0]).requires_grad_()
        for key, value in {"input": x, "weight": layer.weight_orig, "u": layer.weight_u, "v": layer.weight_v}.items():
            family.store(f"{name}/{key}", value)
        upstream = values.normal(*last(layer.eval()(first(x))).shape)
        family.store(f"{name}/upstream", upstream)
        for index in range(3):
            output = last(layer.train(index < 2)(first(x)))
            to_input, to_weight = torch.autograd.grad((output * upstream).sum(), [x, layer.weight_orig])
            family.store(f"{name}/output{index}", output)
            family.store(f"{name}/gradient{index}.input", to_input)
            family.store(f"{name}/gradient{index}.weight", to_weight)
            family.store(f"{name}/u{index}", layer.weight_u)
            family.store(f"{name}/v{index}", layer.weight_v)
        family.cases[name] = json.dumps({"kernel": kernel, "stride": stride, "padding": kernel // 2})
    family.write()


def adam():
    """Six steps with given gradients and a changing learning rate. With weight decay it is AdamW."""
    family, values = Family(f"{LAYERS}/adam.safetensors"), Values(22)
    for name, betas, epsilon, decay in [("gan", (0.5, 0.999), 1e-8, 0), ("usual", (0.9, 0.99), 1e-8, 0),
                                        ("blunt", (0.9, 0.999), 0.1, 0), ("decaying", (0.9, 0.999), 1e-8, 0.5)]:
        parameter = torch.nn.Parameter(values.normal(3, 5))
        family.store(f"{name}/initial", parameter)
        optimizer = torch.optim.AdamW([parameter], lr=2e-2, betas=betas, eps=epsilon, weight_decay=decay)
        rates = [2e-2, 2e-2, 1e-2, 1e-2, 0.0, 5e-3]
        for step, rate in enumerate(rates):
            # Magnitudes from 1e-5 to 10, so that epsilon and the bias correction both show.
            parameter.grad = (values.normal(3, 5) * 10 ** values.uniform(-5, 1, 3, 5)).half().double()
            family.store(f"{name}/gradient{step}", parameter.grad)
            optimizer.param_groups[0]["lr"] = rate
            optimizer.step()
            family.store(f"{name}/after{step}", parameter)
        family.cases[name] = json.dumps({"beta1": betas[0], "beta2": betas[1], "epsilon": epsilon,
                                         "weightDecay": decay, "rates": rates})
    family.write()


def adam_groups():
    """Six steps of three groups, the last one frozen."""
    family, values = Family(f"{LAYERS}/adamGroups.safetensors"), Values(28)
    groups = [{"rateFactor": 1, "weightDecay": 0.1, "isFrozen": False},
              {"rateFactor": 0.25, "weightDecay": 0.5, "isFrozen": False},
              {"rateFactor": 1, "weightDecay": 0.1, "isFrozen": True}]
    parameters = [torch.nn.Parameter(values.normal(3, 4)) for _ in groups]
    rates = [2e-2, 1e-2, 1e-2, 5e-3]
    optimizer = torch.optim.AdamW(
        [{"params": [parameter], "weight_decay": group["weightDecay"]} for parameter, group in zip(parameters, groups)],
        lr=1, betas=(0.9, 0.99))
    for index, parameter in enumerate(parameters):
        family.store(f"groups/initial{index}", parameter)
    for step, rate in enumerate(rates):
        for index, (group, parameter) in enumerate(zip(groups, parameters)):
            optimizer.param_groups[index]["lr"] = rate * group["rateFactor"]
            if not group["isFrozen"]:
                parameter.grad = values.normal(3, 4)
                family.store(f"groups/gradient{step}.{index}", parameter.grad)
        optimizer.step()
        for index, parameter in enumerate(parameters):
            family.store(f"groups/after{step}.{index}", parameter)
    family.cases["groups"] = json.dumps({"groups": groups, "rates": rates})
    family.write()


if __name__ == "__main__":
    for make in [arithmetic, elementwise, softmax, window_attention, reductions, matrices, shaping, convolution,
                 grouped_convolution, transpose_convolution, padding, normalization, grouped_normalization, resampling, pooling, losses,
                 cross_entropy, frozen_batch_norm, spectral_norm, adam, adam_groups]:
        make()
