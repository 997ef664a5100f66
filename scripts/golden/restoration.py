"""Makes small weight files of networks to enlarge and restore images with, as PyTorch saves them, and beside each
`<name>.expected.safetensors`, images of two sizes and what PyTorch makes of them in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging
  .venv/bin/python scripts/golden/restoration.py [NAME...]

Writes into Tests/CheckpointsTests/Golden/Restoration, all files or those whose names begin with the given ones. With
PyPI's spandrel and spandrel-extra-arches installed too, checks that it makes the same of these files. Made with PyTorch 2.15.
"""

import sys
import tempfile
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from restoration_networks import DAT, HAT, OmniSR, RealPLKSR, SRFormer, SwinIR

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden/Restoration"


def initialized(network, seed):
    """Weights that keep the size of activations, exact in float16; norms and biases that differ in each channel."""
    generator = torch.Generator().manual_seed(seed)
    for parameter in network.parameters():
        if parameter.ndim > 1:
            spread = (1 / parameter[0].numel()) ** 0.5
            nn.init.normal_(parameter, 0, spread, generator=generator)
        else:
            nn.init.uniform_(parameter, -0.3, 0.3, generator=generator)
    for name, parameter in network.named_parameters():
        if "norm" in name and name.endswith("weight"):
            parameter.data += 1
        parameter.data = parameter.data.half().float()
    for name, buffer in network.named_buffers():
        if "running" in name:
            nn.init.uniform_(buffer, 0.5, 1.5, generator=generator)
            buffer.data = buffer.half().float()
    return network.eval()


def save(name, network, sizes, wrapper=None, folder=GOLDEN):
    if len(sys.argv) > 1 and not any(name.startswith(start) for start in sys.argv[1:]):
        return
    seed = zlib.crc32(name.encode())
    network = initialized(network, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    folder.mkdir(exist_ok=True)
    state = {key: value.half() if value.is_floating_point() else value for key, value in network.state_dict().items()}
    torch.save({wrapper: state} if wrapper else state, folder / f"{name}.pth")
    expected, truths = {}, []
    for index, size in enumerate(sizes):
        image = torch.rand(1, network.in_channels, *size, generator=generator).half().float()
        with torch.no_grad():
            result = network.double()(image.double()).float().contiguous()
        network.float()
        expected |= {f"image{index}": image, f"result{index}": result}
        truths.append((image, result))
        print(f"{name} {size}: {result.min():.2f} to {result.max():.2f}, deviation {result.std():.3f}")
    save_file(expected, folder / f"{name}.expected.safetensors")
    compare(folder / f"{name}.pth", truths)


def compare(path, truths):
    """With what spandrel makes of the file, if it is installed and reads the network."""
    try:
        import spandrel
        import spandrel_extra_arches
        spandrel_extra_arches.install(ignore_duplicates=True)
    except ImportError:
        return
    try:
        model = spandrel.ModelLoader().load_from_file(path).model.float().eval()
        for image, result in truths:
            with torch.no_grad():
                print(f"  spandrel's {type(model).__name__} differs by {(model(image) - result).abs().max():.1e}")
    except Exception as error:
        print(f"  spandrel: {type(error).__name__} {error}")


if __name__ == "__main__":
    save("realplksr-x4", RealPLKSR(8, 2, 4, 5, 2), [(7, 9), (10, 8)], "params_ema")
    save("realplksr-x1", RealPLKSR(8, 1, 1, 7, 4), [(9, 6), (12, 17)])
    save("realplksr-layer-x2", RealPLKSR(6, 2, 2, 17, 3, layer_norm=True), [(8, 6), (11, 20)])
    save("realplksr-plain-x3", RealPLKSR(4, 1, 3, 3, 4, attends=False), [(6, 7), (5, 9)], "params")
    with tempfile.TemporaryDirectory() as folder:
        # Spandrel expects 64 channels while images are enlarged.
        for head in ["stepwise", "nearest"]:
            save(f"swinir-{head}", SwinIR(12, [2, 2], [2, 2], 4, 24, 4, head), [(8, 12)], folder=Path(folder))
    save("swinir-x4", SwinIR(12, [2, 1], [2, 3], 4, 24, 4, inner=8), [(8, 8), (8, 12)], "params")
    save("swinir-x3", SwinIR(8, [2], [1], 2, 12, 3, inner=4), [(6, 4), (8, 10)])
    save("swinir-direct-x2", SwinIR(10, [2], [5], 6, 20, 2, "direct"), [(12, 6), (12, 18)], "params_ema")
    save("swinir-nearest-x4", SwinIR(8, [2], [2], 4, 16, 4, "nearest", 6, True), [(4, 8), (12, 8)], "params_ema")
    save("swinir-gray-x1", SwinIR(8, [2, 1], [2, 2], 4, 16, 1, "none", channels=1), [(8, 12), (16, 8)])
    save("swinir-jpeg-x1", SwinIR(6, [1], [3], 7, 12, 1, "none"), [(14, 7), (7, 21)])
    save("hat-x2", HAT(12, [2, 1], [2, 3], 4, 6, 24, 4, 3, 2, 6), [(8, 12), (16, 8)], "params_ema")
    save("hat-x3", HAT(8, [1], [2], 4, 8, 16, 2, 1, 3, 4), [(4, 8), (12, 12)])
    save("dat-x2", DAT(32, [2, 1], [2, 4], (2, 4), 16, 2, inner=4), [(8, 12), (16, 8)], "params")
    save("dat-light-x3", DAT(32, [3], [4], (2, 4), 12, 3, "direct", bottleneck=True), [(4, 4), (8, 12)], "params")
    save("srformer-x2", SRFormer(12, [2, 1], [2, 3], 4, 16, 2, "direct"), [(4, 8), (12, 16)], "params")
    save("srformer-odd-x1", SRFormer(8, [2], [2], 6, 12, 1, "none", channels=1), [(6, 12), (18, 12)], "params")
    save("omnisr-x2", OmniSR(8, 2, 1, 4, 2), [(16, 20), (24, 16)])
    save("omnisr-plain-x3", OmniSR(4, 1, 2, 4, 3, False), [(16, 16), (20, 28)])
