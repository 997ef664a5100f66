"""Depthwise convolutions in PyTorch, forward and both gradients, with channels first and channels last."""

import time

import torch
from torch.nn import functional

from networks import same_padding
from tensors import channels_first, distance, read_tensors

LAYOUTS = {"first": torch.contiguous_format, "last": torch.channels_last}


class Depthwise:
    ENGINES = [
        ("first", "PyTorch", "channels first", ["torch"], ("cpu",)),
        ("last", "PyTorch", "channels last", ["torch"], ("cpu",)),
    ]

    def __init__(self):
        self.products = {layout: [] for layout in LAYOUTS}

    def load(self, name, stride):
        """A file with input, weight and output gradient, and guise's results."""
        tensors, stride = read_tensors(name), int(stride)
        weight = tensors["weight"].permute(3, 2, 0, 1).contiguous()
        input, gradient = channels_first(tensors["input"]), channels_first(tensors["outputGradient"])
        zeros = same_padding(input.shape[2], weight.shape[2], stride)
        for layout, memory_format in LAYOUTS.items():
            operands = [tensor.contiguous(memory_format=memory_format) for tensor in (input, weight, gradient)]
            self.products[layout].append(products(*operands, stride, zeros))
        with torch.inference_mode():
            output, input_gradient, weight_gradient = (product() for product in self.products["first"][-1])
        if zeros[0] != zeros[1]:
            input_gradient = input_gradient[:, :, zeros[0]:-zeros[1], zeros[0]:-zeros[1]]
        return {
            "forward": relative(tensors["forward"], output.permute(0, 2, 3, 1)),
            "inputGradient": relative(tensors["inputGradient"], input_gradient.permute(0, 2, 3, 1)),
            "weightGradient": relative(tensors["weightGradient"], weight_gradient.permute(2, 3, 1, 0)),
        }

    def run(self, layout):
        with torch.inference_mode():
            return {"seconds": [seconds(product) for products in self.products[layout] for product in products]}


def products(input, weight, gradient, stride, zeros):
    """PyTorch pads alike on both sides. Where SAME padding does not, zeros stand around the input beforehand, which takes
    no time here: what is compared are the products."""
    padding = zeros[0]
    if zeros[0] != zeros[1]:
        layout = torch.channels_last if input.is_contiguous(memory_format=torch.channels_last) else torch.contiguous_format
        input, padding = functional.pad(input, zeros + zeros).contiguous(memory_format=layout), 0
    channels = input.shape[1]

    def backward(*wanted):
        return torch.ops.aten.convolution_backward(
            gradient, input, weight, None, [stride] * 2, [padding] * 2, [1, 1], False, [0, 0], channels, wanted)

    return (
        lambda: functional.conv2d(input, weight, None, stride, padding, groups=channels),
        lambda: backward(True, False, False)[0],
        lambda: backward(False, True, False)[1],
    )


def seconds(product):
    """The mean of some hundredths of a second, after one untimed run."""
    product()
    runs, elapsed, began = 0, 0, time.perf_counter()
    while elapsed < 0.01:
        product()
        runs, elapsed = runs + 1, time.perf_counter() - began
    return elapsed / runs


def relative(result, reference):
    largest = distance(result, reference)
    return None if largest is None else largest / reference.abs().max().item()
