"""Checks what `guise models convert` writes in the programs that it is for.

    python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging onnxruntime ncnn spandrel
    .venv/bin/python scripts/compare/exports.py .build/release/guise [NETWORK ...]

Networks with random weights are saved by PyTorch and converted. The PyTorch file must load into the same class with
`strict=True`, value for value, and into spandrel's where that knows the network; ONNX Runtime must give PyTorch's output
within 1e-4, and ncnn, but for networks with attention, within 2/255, at three sizes; what is read back must have the
same values.
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
from colorizer_networks import DDColor, DeOldify, ECCV16, SIGGRAPH17  # noqa: E402
from networks import (  # noqa: E402
    BoundedSRResNet, EncoderUNet, Generator, MSRResNet, RRDBNet, SPAN, SRResNet, SRVGGNet, UNetGenerator,
    initialize)
from restoration_networks import DAT, HAT, OmniSR, RealPLKSR, SRFormer, SwinIR  # noqa: E402

SIZES = [(32, 32), (64, 96), (96, 32)]
# Of networks with windows whose sizes these are no multiples of.
WINDOWS = {"swinir-jpeg": 7, "srformer-odd": 6}
GRAY = {"eccv16", "siggraph17", "deoldify-artistic", "deoldify-stable", "ddcolor"}
# Deep networks that, with random weights, make far more of float16's roundings than trained ones: shown, but not judged.
ROUGH = {"eccv16", "siggraph17", "encoder-unet"}


def of_lightness(network):
    """Files' colorizers take (L - 50) / 100, graphs L / 50 - 1. Layers that are for training alone are left out."""
    network.register_forward_pre_hook(lambda _, inputs: 0.5 * inputs[0])
    if hasattr(network, "model_class"):
        del network.model_class
    return network


def gray(x):
    """L / 50 - 1 -> sRGB of that lightness."""
    root = (x * 50 + 66) / 116
    light = torch.where(root > 24 / 116, root**3, (root - 16 / 116) / 7.787).clamp(min=0)
    return torch.where(light > 0.0031308, 1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)


def chroma(image):
    light = torch.where(image > 0.04045, ((image + 0.055) / 1.055) ** 2.4, image / 12.92)
    matrix = torch.tensor([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
    light = torch.einsum("ij,njhw->nihw", matrix / torch.tensor([[0.95047], [1], [1.08883]]), light)
    root = torch.where(light > 0.008856, light.clamp(min=1e-9) ** (1 / 3), 7.787 * light + 16 / 116)
    x, y, z = root.split(1, 1)
    return torch.cat([500 * (x - y), 200 * (y - z)], 1) / 110


MEAN, DEVIATION = (torch.tensor(values).reshape(1, 3, 1, 1) for values in [(0.485, 0.456, 0.406), (0.229, 0.224, 0.225)])


def joined(_, inputs, output):
    """The colours of an image with the luma of a gray one."""
    original, image = ((x * DEVIATION + MEAN).clamp(0, 1) for x in (inputs[0], output))
    luma = torch.tensor([0.299, 0.587, 0.114]).reshape(1, 3, 1, 1)
    return chroma((image + original[:, :1] - (image * luma).sum(1, keepdim=True)).clamp(0, 1))


def of_gray(network):
    """Without the parts of training, and taking lightness to a and b."""
    for module in network.modules():
        for remove, mark in [(torch.nn.utils.remove_spectral_norm, "weight_orig"), (torch.nn.utils.remove_weight_norm, "weight_g")]:
            if hasattr(module, mark):
                remove(module)
                # PyTorch forgets those by which it looks for what it has removed.
                module._load_state_dict_pre_hooks.clear()
    if isinstance(network, DDColor):
        del network.encoder.arch.norm
        network.register_forward_pre_hook(lambda _, inputs: gray(inputs[0]).expand(-1, 3, -1, -1))
        network.register_forward_hook(lambda _, inputs, output: output / 110)
    else:
        network.register_forward_pre_hook(lambda _, inputs: (gray(inputs[0]) - MEAN) / DEVIATION)
        network.register_forward_hook(joined)
    return network


def networks():
    yield "deoldify-artistic", of_gray(DeOldify(True, 1, 8, (1, 2, 1, 1), (16, 16, 16, 8)))
    yield "deoldify-stable", of_gray(DeOldify(False, 4, 8, (1, 2, 1, 1), (16, 16, 16, 8)))
    yield "ddcolor", of_gray(DDColor(8, (1, 1, 2, 1), 16, 10, 32, 4, 32))
    yield "eccv16", of_lightness(ECCV16(8, 13))
    yield "siggraph17", of_lightness(SIGGRAPH17(8))
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
    yield "swinir", SwinIR(24, (2, 3), (2, 4), 8, 48, 4)
    yield "swinir-direct", SwinIR(24, (2,), (4,), 8, 48, 3, "direct")
    yield "swinir-nearest", SwinIR(24, (2,), (4,), 8, 48, 4, "nearest", bottleneck=True)
    yield "swinir-jpeg", SwinIR(24, (2,), (4,), 7, 48, 1, "none")
    yield "hat", HAT(24, (2, 2), (2, 4), 16, 24, 48, 8, 4, 4)
    yield "srformer", SRFormer(24, (2, 2), (2, 4), 16, 48, 2)
    yield "srformer-odd", SRFormer(24, (2,), (2,), 6, 48, 1, "none")
    yield "dat", DAT(64, (4, 4), (4, 4), (8, 32), 128, 2)
    yield "dat-light", DAT(64, (3,), (4,), (8, 16), 128, 3, "direct", bottleneck=True)
    yield "omnisr", OmniSR(32, 2, 2, 8, 4)
    yield "omnisr-bare", OmniSR(32, 1, 1, 8, 2, bias=False)


def image(name, height, width, seed):
    window = WINDOWS.get(name, 1)
    shape = (1, 1 if name in GRAY else 3, height // window * window, width // window * window)
    return torch.rand(shape, generator=torch.Generator().manual_seed(seed))


def prepare(name, network):
    """Random weights with which activations stay near 1, and statistics of norms that fit them."""
    tables = {key: table.clone() for key, table in network.named_buffers()
              if key.endswith(("_mask", "rpe_biases")) or key in ("mean", "std")}
    initialize(network, 1, precision=torch.float32).float()
    network.load_state_dict(tables, strict=False)
    torch.manual_seed(1)
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
        network(torch.cat([image(name, 64, 64, seed) for seed in (8, 9)]))
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
        if isinstance(network, (SPAN, DAT)):
            # The published classes, which spandrel has, keep the folded kernels beside the branches, and masks.
            state = {key: value for key, value in state.items() if key in original}
        network.load_state_dict(state, strict=True)
    except RuntimeError as error:
        return str(error).splitlines()[1].strip()
    finally:
        loaded = {key: value.clone() for key, value in network.state_dict().items()}
        network.load_state_dict(original)
    # The number of batches seen says nothing of a network that is used; HAT counts some places from a table's end.
    differing = [key for key in original if not key.endswith(("num_batches_tracked", "_OCA"))
                 and not torch.equal(loaded[key], original[key])]
    return ", ".join(differing) or "equal"


def check_spandrel(path):
    try:
        return ModelLoader().load_from_file(path).architecture.name
    except Exception as error:
        return type(error).__name__


def onnx_difference(name, network, path):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    def run(image):
        # As the second of two.
        return session.run(None, {"input": np.concatenate([image[..., ::-1], image])})[0][1:]

    return largest(name, network, run)


def ncnn_difference(name, network, path, half):
    def run(image):
        net = ncnn.Net()
        net.opt.use_vulkan_compute = False
        for name in ["storage", "packed", "arithmetic"]:
            setattr(net.opt, f"use_fp16_{name}", half and name != "arithmetic")
        assert net.load_param(str(path)) == 0 and net.load_model(str(path.with_suffix(".bin"))) == 0
        extractor = net.create_extractor()
        extractor.input("data", ncnn.Mat(image[0]).clone())
        return np.array(extractor.extract("output")[1])[None]

    return largest(name, network, run)


def largest(name, network, run):
    worst = 0
    for number, (height, width) in enumerate(SIZES):
        x = image(name, height, width, number)
        with torch.no_grad():
            expected = network(x.clone()).numpy()
        found = run(x.numpy())
        assert found.shape == expected.shape, (found.shape, expected.shape)
        # Networks with random weights may have outputs larger than images'.
        worst = max(worst, np.abs(found - expected).max() / max(1, np.abs(expected).max()))
    return worst


def main():
    guise = Path(sys.argv[1]).resolve()
    failures = 0
    print(f"{'network':18} {'PyTorch':10} {'spandrel':14} {'ONNX':>10} {'ncnn fp32':>10} {'ncnn fp16':>10}  back")
    for name, network in networks():
        if sys.argv[2:] and name not in sys.argv[2:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            prepare(name, network)
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
                difference = onnx_difference(name, network, path) if target == "new.onnx" else ncnn_difference(
                    name, network, path, target == "half.param")
                row.append(f"{difference:10.1e}")
                failures += not difference <= tolerance and not (options and name in ROUGH)
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
