"""Makes small weight files of colorizers, as their authors' programs save them, and beside each
`<name>.expected.safetensors`, for images of two sizes: `lightness`, L / 50 - 1; `chroma`, a / 110 and b / 110 as PyTorch
finds them in float64; and of networks that see and make other images, `image` and `result`.

  python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging
  .venv/bin/python scripts/golden/colorizers.py [NAME...]
  .venv/bin/python scripts/golden/colorizers.py --whole FOLDER [NAME...]

Writes into Tests/CheckpointsTests/Golden/Colorizers, all files or those whose names begin with the given ones; with --whole,
networks of the published sizes, which are too large for the repository, into a folder. Tests read them from a folder
`colorizers` of the test data. With PyPI's spandrel-extra-arches
installed too, checks that it makes the same of DDColor's. Made with PyTorch 2.15.
"""

import sys
import warnings
import zlib
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from colorizer_networks import DDColor, DeOldify, ECCV16, SIGGRAPH17

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden/Colorizers"
arguments = sys.argv[1:]
WHOLE = arguments[:1] == ["--whole"]
FOLDER = Path(arguments[1]) if WHOLE else GOLDEN
NAMES = arguments[2:] if WHOLE else arguments


def initialized(network, seed):
    """Weights that keep the size of activations, exact in float16; norms that differ in each channel; spectral norms'
    vectors as after training."""
    generator = torch.Generator().manual_seed(seed)
    for name, parameter in network.named_parameters():
        if name.endswith("weight_g"):
            nn.init.uniform_(parameter, 0.8, 1.6, generator=generator)
        elif parameter.ndim > 1:
            nn.init.normal_(parameter, 0, (1.5 / parameter[0].numel()) ** 0.5, generator=generator)
        else:
            nn.init.uniform_(parameter, -0.3, 0.3, generator=generator)
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.LayerNorm)):
            module.weight.data += 1
    for name, parameter in network.named_parameters():
        if name.endswith(".gamma"):
            parameter.data += 0.6
        if "color_embed.layers.2" in name:
            parameter.data *= 60 if WHOLE else 3000  # For colours of some tens.
        parameter.data = parameter.data.half().float()
    for name, buffer in network.named_buffers():
        if "running" in name:
            nn.init.uniform_(buffer, -0.3, 0.3, generator=generator)
            buffer.data = (buffer + (1 if name.endswith("var") else 0)).half().float()
        elif name.endswith("weight_u"):
            matrix = network.get_parameter(name.replace("weight_u", "weight_orig")).data.flatten(1)
            v = network.get_buffer(name.replace("weight_u", "weight_v"))
            for _ in range(3):
                v.data = nn.functional.normalize(matrix.T @ buffer, dim=0)
                buffer.data = nn.functional.normalize(matrix @ v, dim=0)
            v.data, buffer.data = v.half().float(), buffer.half().float()
        elif name.endswith(("mean", "std")):
            buffer.data = buffer.half().float()
    return network.eval()


def gray_of(lightness):
    """sRGB's gray of L / 50 - 1."""
    root = (lightness * 50 + 66) / 116
    light = torch.where(root > 0.206893, root**3, (root - 16 / 116) / 7.787)
    return torch.where(light > 0.0031308, 1.055 * light.clamp(min=0.003) ** (1 / 2.4) - 0.055, 12.92 * light)


def chroma_of(image):
    """a / 110 and b / 110 of sRGB."""
    light = torch.where(image > 0.04045, ((image + 0.055) / 1.055) ** 2.4, image / 12.92)
    matrix = torch.tensor([[0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227]])
    white = torch.tensor([0.95047, 1, 1.08883])
    xyz = torch.einsum("ij,njhw->nihw", (matrix / white[:, None]).double(), light)
    root = torch.where(xyz > 0.008856, xyz.clamp(min=0.001) ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.stack([500 * (root[:, 0] - root[:, 1]), 200 * (root[:, 1] - root[:, 2])], 1) / 110


def from_half(network, lightness):
    return network(lightness / 2), {}


def from_gray(network, lightness):
    image = gray_of(lightness)
    result = network(image.expand(-1, 3, -1, -1))
    return result / 110, {"image": image, "result": result}


def by_luma(network, lightness):
    """What DeOldify's program does, but for rounding: the colours of the network's image with the photograph's luma."""
    image = gray_of(lightness)
    mean = torch.tensor([0.485, 0.456, 0.406]).reshape(3, 1, 1).double()
    deviation = torch.tensor([0.229, 0.224, 0.225]).reshape(3, 1, 1).double()
    result = (network((image - mean) / deviation) * deviation + mean).clamp(0, 1)
    luma = torch.einsum("c,nchw->nhw", torch.tensor([0.299, 0.587, 0.114]).double(), result)[:, None]
    return chroma_of((result + image - luma).clamp(0, 1)), {"image": image, "result": result}


def save(name, network, run, sizes, wrapper=None, **options):
    if NAMES and not any(name.startswith(start) for start in NAMES):
        return
    seed = zlib.crc32(name.encode())
    network = initialized(network, seed)
    generator = torch.Generator().manual_seed(seed + 1)
    FOLDER.mkdir(exist_ok=True)
    state = network.state_dict()
    if not WHOLE:
        state = {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
    torch.save(wrapper(state) if wrapper else state, FOLDER / f"{name}.pth", **options)
    expected, pairs = {}, []
    for index, size in enumerate(sizes):
        coarse = torch.rand(1, 1, size[0] // 8, size[1] // 8, generator=generator)
        smooth = nn.functional.interpolate(coarse, size, mode="bilinear")
        lightness = (2 * (0.8 * smooth + 0.2 * torch.rand(1, 1, *size, generator=generator)) - 1).half().double()
        with torch.no_grad():
            chroma, more = run(network.double(), lightness)
        network.float()
        values = {"lightness": lightness, "chroma": chroma} | more
        expected |= {f"{key}{index}": value.float().contiguous() for key, value in values.items()}
        pairs.append(more)
        print(f"{name} {size}: chroma {chroma.min():.2f} to {chroma.max():.2f}, deviation {chroma.std():.3f}")
    save_file(expected, FOLDER / f"{name}.expected.safetensors")
    if name.startswith("ddcolor") and WHOLE:
        compare(FOLDER / f"{name}.pth", pairs)


def compare(path, pairs):
    """With what spandrel makes of the file."""
    import spandrel
    import spandrel_extra_arches
    spandrel_extra_arches.install(ignore_duplicates=True)
    model = spandrel.ModelLoader().load_from_file(path).model.float().eval()
    for pair in pairs:
        with torch.no_grad():
            found = model(pair["image"].float().expand(-1, 3, -1, -1))
        print(f"  spandrel's {type(model).__name__} differs by {(found - pair['result']).abs().max():.1e}")


def judges():
    """Parts of what lies beside the generators: DeOldify's critic, and DDColor's discriminator."""
    def convolution(key, shape):
        return {f"{key}.weight_orig": torch.ones(shape), f"{key}.bias": torch.zeros(shape[0]),
                f"{key}.weight_u": torch.ones(shape[0]), f"{key}.weight_v": torch.ones(shape[1] * shape[2] * shape[3])}

    critic = convolution("0.0", (2, 3, 4, 4)) | convolution("4.0", (4, 2, 4, 4)) | {"4.3.gamma": torch.ones(1)}
    torch.save({"model": critic}, GOLDEN.parent / "deoldify-critic.pth", _use_new_zipfile_serialization=False)
    discriminator = convolution("layers.0.0", (2, 3, 4, 4)) | convolution("layers.2.0", (4, 2, 4, 4))
    torch.save({"params": discriminator | {"layers.2.3.gamma": torch.ones(1)}}, GOLDEN.parent / "ddcolor-discriminator.pth")


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=FutureWarning)
    learner = dict(wrapper=lambda state: {"model": state, "opt": {"state": {}, "param_groups": []}},
                   _use_new_zipfile_serialization=False)
    parameters = dict(wrapper=lambda state: {"params": state})
    if WHOLE:
        sizes = [(256, 256), (128, 192)]
        save("eccv16", ECCV16(), from_half, sizes)
        save("siggraph17", SIGGRAPH17(), from_half, sizes)
        deep = dict(depths=(3, 4, 6, 3), widths=(768, 768, 672, 300))
        save("deoldify-artistic", DeOldify(True, 1, **deep), by_luma, [(272, 272), (128, 192)], **learner)
        save("deoldify-stable", DeOldify(False, 4), by_luma, [(272, 272), (128, 192)], **learner)
        save("ddcolor-tiny", DDColor(), from_gray, sizes, **parameters)
        save("ddcolor-large", DDColor(192, (3, 3, 27, 3)), from_gray, sizes, **parameters)
    else:
        judges()
        save("eccv16", ECCV16(2, 11), from_half, [(32, 40), (24, 16)])
        save("siggraph17", SIGGRAPH17(2, 5), from_half, [(32, 40), (24, 16)])
        sizes = [(48, 32), (16, 32)]
        save("deoldify-artistic", DeOldify(True, 1, 3, (1, 2, 1, 1), (12, 16, 10, 9)), by_luma, sizes, **learner)
        save("deoldify-stable", DeOldify(False, 4, 1, (1, 1, 2, 1), (9, 10, 8, 8)), by_luma, sizes, **learner)
        save("ddcolor", DDColor(3, (1, 1, 2, 1), 12, 7, 16, 4, 10), from_gray, [(64, 32), (32, 96)], **parameters)
