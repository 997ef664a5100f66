"""Makes Tests/ModelsTests/Golden/encoders.safetensors: EfficientNet-Lite0, its first blocks, and the networks that begin
with it, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy
  .venv/bin/python scripts/golden/encoders.py

Their widths are fixed, so the weights are not stored but are a formula of their place, `formula`, which the tests repeat.
Tensors are named `<case>/<role>`: `input`, `output`, `upstream` and `gradient.input` of sum(output * upstream), channels
last, and of each parameter's gradient, in the order of the keys, the sum of its products with other values of the
formula, `projections`, and its norm, `norms`. Networks are in training, where the decoder's norms use the batch's
statistics and the encoder's do not. Made with PyTorch 2.15.
"""

import numpy
import torch
from torch.nn import functional
from torch.overrides import TorchFunctionMode

from golden import Family, Values
from networks import ColorBinNetwork, EfficientNetLite0, EncoderUNet, channels_last, state

# Added to a tensor's number for the values that its gradient is multiplied with.
DIRECTIONS = 1000


def formula(number, shape):
    """Values in -1...1, exact in float16, for the tensor of that number among the sorted keys."""
    with numpy.errstate(over="ignore"):
        bits = numpy.arange(numpy.prod(shape), dtype=numpy.uint32) + numpy.uint32(number) * numpy.uint32(0x9E3779B9)
        bits = (bits ^ (bits >> 16)) * numpy.uint32(0x7FEB352D)
        bits = (bits ^ (bits >> 15)) * numpy.uint32(0x846CA68B)
        bits ^= bits >> 16
    return torch.from_numpy((2.0 * (bits >> 22) - 1023) / 1024).reshape(shape)


def fill(network):
    """Returns each key's number."""
    network.double()
    numbers = {key: number for number, key in enumerate(sorted(state(network)))}
    for key, number in numbers.items():
        tensor = network.state_dict()[key]
        values = formula(number, tensor.shape)
        if tensor.dim() > 1:
            scale, inputs = 1, tensor[0].numel()
            while scale**2 * inputs > 12:
                scale /= 2
            tensor.copy_(values * scale)
        elif key.endswith(("weight", "running_var")):
            tensor.copy_(1 + values / 2)
        else:
            tensor.copy_(values / 4)
    return numbers


class Margin(TorchFunctionMode):
    """How close any rectifier's input comes to a kink."""

    def __init__(self):
        super().__init__()
        self.smallest = float("inf")

    def __torch_function__(self, function, types, arguments=(), options=None):
        for kink in {functional.relu: [0], functional.relu6: [0, 6]}.get(function, []):
            self.smallest = min(self.smallest, (arguments[0] - kink).abs().min().item())
        return function(*arguments, **(options or {}))


def color_bins():
    """The points of a grid of 10 over a and b that some lightness makes a colour of sRGB."""
    lightness = numpy.arange(0, 100.05, 0.1)
    to_light = numpy.array([[3.24048134, -1.53715152, -0.49853633], [-0.96925495, 1.87599, 0.04155593],
                            [0.05564664, -0.20404134, 1.05731107]])

    def is_displayable(a, b):
        y = (lightness + 16) / 116
        roots = numpy.array([y + a / 500, y, y - b / 200])
        cubes = numpy.where(roots > 0.206893, roots**3, (roots - 16 / 116) / 7.787)
        light = to_light @ (cubes * numpy.array([[0.95047], [1], [1.08883]]))
        return ((light.min(0) >= -5e-6) & (light.max(0) <= 1.0001)).any()

    return torch.tensor(
        [[a, b] for a in range(-80, 81, 10) for b in range(-120, 121, 10) if is_displayable(a, b)]).double()


if __name__ == "__main__":
    values = Values(43)
    family = Family("Tests/ModelsTests/Golden/encoders.safetensors")

    def add(name, network, size, prefix="", function=None):
        """`prefix` is that of the keys of the part that `function` computes, or several."""
        numbers = fill(network)
        # Where rounding would take a value across a kink, gradients would differ: the best of some inputs is used.
        candidates = []
        for _ in range(20):
            x = values.uniform(-1, 1, *size)
            with torch.no_grad(), Margin() as margin:
                (function or network)(x)
            candidates.append((margin.smallest, x))
        smallest, x = max(candidates, key=lambda candidate: candidate[0])
        x.requires_grad_()
        output = (function or network)(x)
        upstream = values.normal(*output.shape)
        parameters = dict(network.named_parameters())
        keys = [key for key in numbers if key in parameters and key.startswith(prefix)]
        gradients = torch.autograd.grad((output * upstream).sum(), [x] + [parameters[key] for key in keys])
        directions = [formula(numbers[key] + DIRECTIONS, parameters[key].shape) for key in keys]
        family.store(f"{name}/input", channels_last(x), numpy.float16)
        for role, tensor in [("output", output), ("gradient.input", gradients[0])]:
            family.store(f"{name}/{role}", channels_last(tensor) if tensor.dim() == 4 else tensor)
        family.store(
            f"{name}/upstream", channels_last(upstream) if upstream.dim() == 4 else upstream, numpy.float16)
        family.store(
            f"{name}/projections", torch.stack([(g * d).sum() for g, d in zip(gradients[1:], directions)]))
        family.store(f"{name}/norms", torch.stack([g.norm() for g in gradients[1:]]))
        family.cases[name] = "{}"
        print(f"{name}: margin {smallest:.1g}, deviation {output.std():.3f}, norms {min(g.norm() for g in gradients[1:]):.2g} to "
              f"{max(g.norm() for g in gradients[1:]):.2g}")

    classifier = EfficientNetLite0(classes=10)
    # SAME padding of a stride stands at the end if the size is even, and on both sides if it is odd.
    for name, size in [("stem.even", (2, 3, 6, 8)), ("stem.odd", (1, 3, 7, 5))]:
        add(name, classifier, size, ("_conv_stem.", "_bn0."),
            lambda x: functional.relu6(classifier._bn0(classifier._conv_stem(x))))
    # Without expansion; with a skip; with stride 2 and a kernel of 5.
    for index, size in [(0, (1, 32, 5, 4)), (2, (2, 24, 5, 6)), (3, (1, 24, 8, 9))]:
        add(f"block.{index}", classifier, size, f"_blocks.{index}.", classifier._blocks[index])
    add("classifier", classifier, (1, 3, 64, 32))
    add("encoderUNet", EncoderUNet((3, 2)), (1, 3, 64, 32))
    bins = color_bins()
    add("colorBins", colorizer := ColorBinNetwork(bins), (1, 1, 64, 32), function=colorizer.chroma)
    add("colorBins.scores", colorizer, (1, 1, 32, 64), function=lambda x: torch.cat(
        [part[:, :8] for part in colorizer.scores(x)], 1))
    family.write()
