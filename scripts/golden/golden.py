"""Shared by the scripts that make golden files: seeded random values, and a writer of cases as safetensors.

A file holds one family of operations. Its metadata maps each case's name to a JSON object of attributes; its tensors
are named `<case>/<role>`, channels last, weights in Guise's layouts. They are computed in float64 and stored in
float32, except inputs and upstream, which are exact in float16 and stored in that:

  <input>            each input, in the order of the attribute `inputs`
  output             the operation's value
  upstream           random, of the output's shape
  gradient.<input>   the gradient of sum(output * upstream)
  second.<input>     the gradient of the sum of squares of all gradients above, for cases with the attribute `second`
                     (also `second.upstream`); a missing one is zero everywhere
"""

import json
import pathlib

import numpy
import torch

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Values:
    """Seeded random values in float64 that are exact in float16 or another given type."""

    def __init__(self, seed, precision=torch.float16):
        self.precision = precision
        self.generator = torch.Generator().manual_seed(seed)

    def normal(self, *shape, scale=1.0):
        values = torch.randn(shape, generator=self.generator, dtype=torch.float64) * scale
        return values.to(self.precision).double()

    def uniform(self, low, high, *shape):
        values = torch.rand(shape, generator=self.generator, dtype=torch.float64) * (high - low) + low
        return values.to(self.precision).double()

    def off(self, kinks, *shape, margin=0.1):
        """Normal, but at least `margin` from each of `kinks`, so that central differences do not straddle one."""
        values = self.normal(*shape)
        for kink in kinks:
            near = (values - kink).abs() < margin
            values = torch.where(near, kink + torch.where(values < kink, -margin, margin) * (1 + values.abs()), values)
        return values.to(self.precision).double()

    def distinct(self, *shape):
        """All at least 0.1 apart, in random order, so that no maximum is ambiguous."""
        count = int(numpy.prod(shape))
        order = torch.randperm(count, generator=self.generator).double()
        return ((order - count / 2) * 0.1).reshape(*shape).to(self.precision).double()


def philox(seed, purpose, step, indices):
    """The first two words of `Random(seed:purpose:step:)` at each index: Philox 4x32-10 with a key from FNV-1a and SplitMix64's finaliser."""
    low, all64 = 0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF
    key = 0xCBF29CE484222325
    for byte in purpose.encode():
        key = (key ^ byte) * 0x100000001B3 & all64
    key ^= seed * 0x9E3779B97F4A7C15 & all64
    key = (key ^ key >> 30) * 0xBF58476D1CE4E5B9 & all64
    key = (key ^ key >> 27) * 0x94D049BB133111EB & all64
    key ^= key >> 31
    word, shift = numpy.uint64(low), numpy.uint64(32)
    indices, step = numpy.asarray(indices, dtype=numpy.uint64), numpy.full(len(indices), step, dtype=numpy.uint64)
    key, counter = [key & low, key >> 32], [indices & word, indices >> shift, step & word, step >> shift]
    for _ in range(10):
        first, second = counter[0] * numpy.uint64(0xD2511F53), counter[2] * numpy.uint64(0xCD9E8D57)
        halves = [numpy.uint64(part) for part in key]
        counter = [
            second >> shift ^ counter[1] ^ halves[0], second & word, first >> shift ^ counter[3] ^ halves[1], first & word]
        key = [key[0] + 0x9E3779B9 & low, key[1] + 0xBB67AE85 & low]
    return counter[0], counter[1]


def uniform_draw(seed, purpose, step, index=0):
    """`Random(seed:purpose:step:).uniform(at: index)`."""
    return int(philox(seed, purpose, step, [index])[0][0] >> numpy.uint64(8)) / 2**24


def normal_draws(seed, purpose, step, count):
    """`Random(seed:purpose:step:).normal(at:)` at the first indices."""
    first, second = (word.astype(numpy.float64) for word in philox(seed, purpose, step, numpy.arange(count)))
    radius = numpy.sqrt(-2 * numpy.log((first + 1) * 2.0**-32))
    values = radius * numpy.cos(2 * numpy.pi * second * 2.0**-32)
    return torch.from_numpy(values.astype(numpy.float32).astype(numpy.float64))


class Family:
    """Cases of one golden file."""

    def __init__(self, path):
        self.path = ROOT / path
        self.tensors = {}
        self.cases = {}
        self.values = Values(len(str(path)))

    def store(self, name, tensor, storage=numpy.float32):
        self.tensors[name] = numpy.array(tensor.detach().numpy(), dtype=storage, order="C")

    def add(self, name, function, inputs, constants=(), second=True, **attributes):
        """Runs `function(**inputs)`; gradients are taken for every input but `constants`."""
        variables = {key: value.clone().requires_grad_(key not in constants) for key, value in inputs.items()}
        output = function(**variables)
        upstream = self.values.normal(*output.shape).requires_grad_()
        leaves = {key: value for key, value in variables.items() if value.requires_grad}
        gradients = torch.autograd.grad(
            (output * upstream).sum(), list(leaves.values()), create_graph=second, materialize_grads=True)
        for key, value in inputs.items():
            self.store(f"{name}/{key}", value, numpy.float16)
        self.store(f"{name}/output", output)
        self.store(f"{name}/upstream", upstream, numpy.float16)
        for key, gradient in zip(leaves, gradients):
            self.store(f"{name}/gradient.{key}", gradient)
        if second:
            leaves["upstream"] = upstream
            penalty = sum((gradient**2).sum() for gradient in gradients)
            for key, gradient in zip(leaves, torch.autograd.grad(penalty, list(leaves.values()), allow_unused=True)):
                if gradient is not None and gradient.abs().max() > 0:
                    self.store(f"{name}/second.{key}", gradient)
        self.cases[name] = json.dumps(
            {"inputs": list(inputs), "constants": list(constants), "second": second, **attributes}, sort_keys=True)

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # Written by hand, because the safetensors package orders metadata differently each time.
        header, values = {"__metadata__": dict(sorted(self.cases.items()))}, b""
        for name, tensor in sorted(self.tensors.items(), key=lambda item: (-item[1].itemsize, item[0])):
            end = len(values) + tensor.nbytes
            header[name] = {
                "dtype": {2: "F16", 4: "F32"}[tensor.itemsize],
                "shape": tensor.shape,
                "data_offsets": [len(values), end],
            }
            values += tensor.tobytes()
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-len(text) % 8)
        self.path.write_bytes(len(text).to_bytes(8, "little") + text + values)
        print(f"{self.path.relative_to(ROOT)}: {len(self.cases)} cases, {self.path.stat().st_size:,} bytes")
