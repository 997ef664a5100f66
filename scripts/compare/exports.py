"""Checks what `guise models convert` writes in the programs that it is for.

    python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging onnxruntime ncnn spandrel
    .venv/bin/python scripts/compare/exports.py .build/release/guise

Networks with random weights are saved by PyTorch and converted. The PyTorch file must load into the same class with
`strict=True`, value for value, and into spandrel's where that knows the network; ONNX Runtime must give PyTorch's output
within 1e-4, and ncnn within 2/255, at three sizes; what is read back must have the same values.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import ncnn
import numpy as np
import onnxruntime
import torch
from spandrel import ModelLoader

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "golden"))
from networks import (  # noqa: E402
    BoundedSRResNet, EncoderUNet, Generator, MSRResNet, RRDBNet, SPAN, SRResNet, SRVGGNet, UNetGenerator,
    initialize)
from restoration_networks import RealPLKSR  # noqa: E402

SIZES = [(32, 32), (64, 96), (96, 32)]


def networks():
    yield "resnet", Generator(8, 6)
    yield "resnet-batch", Generator(8, 6, norm="batch")
    yield "resnet-resize", Generator(8, 3, upsampling="resizeConvolution")
    yield "resnet-separable", Generator(8, 3, residual="separable")
    yield "resnet-cut", Generator(8, 3, upsampling="antialiased", downsampling="antialiased")
    yield "unet", UNetGenerator(8, 5)
    yield "unet-instance", UNetGenerator(8, 4, norm="instance")
    yield "encoder-unet", EncoderUNet()
    yield "srresnet", SRResNet(16, 3)
    yield "srresnet-bounded", BoundedSRResNet(16, 3, 2)
    yield "msrresnet", MSRResNet(16, 3)
    yield "rrdb", RRDBNet(64, 32, 1)
    yield "rrdb-unshuffled", RRDBNet(64, 32, 1, scale=2)
    yield "srvgg", SRVGGNet(16, 4)
    yield "span", SPAN(48, 6)
    yield "span-folded", SPAN(16, 3, scale=2, folded=True)
    yield "realplksr", RealPLKSR(16, 2, 4, 7, 8)
    yield "realplksr-layer", RealPLKSR(16, 2, 2, 7, 8, layer_norm=True)


def prepare(network):
    """Random weights with which activations stay near 1, and statistics of norms that fit them."""
    initialize(network, 1, precision=torch.float32).float()
    for module in network.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.ConvTranspose2d)):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="linear")
        if isinstance(module, torch.nn.BatchNorm2d):
            module.train()
            module.momentum = 1
    if isinstance(network, SPAN):
        # It multiplies its input by 255.
        for convolution in [m for name, m in network.named_modules() if name in ("conv_1.sk", "conv_1.conv.0", "conv_1.eval_conv")]:
            convolution.weight.data /= 255
    with torch.no_grad():
        network(torch.rand((1, 3, 64, 64), generator=torch.Generator().manual_seed(9)))
    network.eval()


def convert(guise, source, target, *options):
    result = subprocess.run([guise, "models", "convert", source, target, *options], capture_output=True, text=True)
    return result.returncode == 0, result.stderr.strip()


def same(first, second):
    return first.keys() == second.keys() and all(torch.equal(first[key], second[key]) for key in first)


def check_pytorch(network, path):
    original = {key: value.clone() for key, value in network.state_dict().items()}
    for value in network.state_dict().values():
        value.zero_()
    try:
        state = torch.load(path, weights_only=True)
        if isinstance(network, SPAN):
            # The published class, which spandrel has, keeps the folded kernels beside the branches.
            state = {key: value for key, value in state.items() if key in original}
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        return str(error).splitlines()[1].strip()
    finally:
        loaded = {key: value.clone() for key, value in network.state_dict().items()}
        network.load_state_dict(original)
    # The number of batches seen says nothing of a network that is used.
    differing = [key for key in original if not key.endswith("num_batches_tracked")
                 and not torch.equal(loaded[key], original[key])]
    return ", ".join(differing) or "equal"


def check_spandrel(path):
    try:
        return ModelLoader().load_from_file(path).architecture.name
    except Exception as error:
        return type(error).__name__


def onnx_difference(network, path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return largest(network, lambda image: session.run(None, {"input": image})[0])


def ncnn_difference(network, path, half):
    def run(image):
        net = ncnn.Net()
        net.opt.use_vulkan_compute = False
        for name in ["storage", "packed", "arithmetic"]:
            setattr(net.opt, f"use_fp16_{name}", half and name != "arithmetic")
        assert net.load_param(str(path)) == 0 and net.load_model(str(path.with_suffix(".bin"))) == 0
        extractor = net.create_extractor()
        extractor.input("data", ncnn.Mat(image[0]).clone())
        return np.array(extractor.extract("output")[1])[None]

    return largest(network, run)


def largest(network, run):
    worst = 0
    for number, (height, width) in enumerate(SIZES):
        generator = torch.Generator().manual_seed(number)
        image = torch.rand((1, 3, height, width), generator=generator)
        with torch.no_grad():
            expected = network(image.clone()).numpy()
        found = run(image.numpy())
        assert found.shape == expected.shape, (found.shape, expected.shape)
        # Networks with random weights may have outputs larger than images'.
        worst = max(worst, np.abs(found - expected).max() / max(1, np.abs(expected).max()))
    return worst


def main():
    guise = Path(sys.argv[1]).resolve()
    failures = 0
    print(f"{'network':18} {'PyTorch':10} {'spandrel':14} {'ONNX':>10} {'ncnn fp32':>10} {'ncnn fp16':>10}  back")
    for name, network in networks():
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            prepare(network)
            torch.save(network.state_dict(), folder / "original.pth")
            row = [name.ljust(18)]
            ok, error = convert(guise, folder / "original.pth", folder / "new.pth")
            strict = check_pytorch(network, folder / "new.pth") if ok else error
            row += [strict.ljust(10), (check_spandrel(folder / "new.pth") if ok else "").ljust(14)]
            failures += strict != "equal"
            backs = []
            for target, options, tolerance in [
                    ("new.onnx", [], 1e-4), ("whole.param", [], 2 / 255), ("half.param", ["--precision", "float16"], 2 / 255)]:
                path = folder / target
                ok, error = convert(guise, folder / "original.pth", path, *options)
                if not ok:
                    row.append("refused".rjust(10))
                    print(error, file=sys.stderr)
                    continue
                difference = onnx_difference(network, path) if target == "new.onnx" else ncnn_difference(
                    network, path, target == "half.param")
                row.append(f"{difference:10.1e}")
                failures += not difference <= tolerance
                if not options:
                    back = path.with_suffix(".back.pth")
                    ok, error = convert(guise, path, back)
                    reference = torch.load(folder / "new.pth", weights_only=True)
                    isEqual = ok and same(torch.load(back, weights_only=True), reference)
                    backs.append("equal" if isEqual else "folded" if ok and name == "span" else error or "other values")
                    failures += backs[-1] not in ("equal", "folded")
            print(*row, "", *backs, flush=True)
    sys.exit(f"{failures} checks failed" if failures else 0)


if __name__ == "__main__":
    main()
