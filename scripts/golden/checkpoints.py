"""Makes the files of weights that Tests/CheckpointsTests reads, small ones in every form that it should know or refuse.

    python3 -m venv venv
    venv/bin/pip install torch numpy safetensors packaging
    venv/bin/python scripts/golden/checkpoints.py

Writes into Tests/CheckpointsTests/Golden. The expected values are formulas that the tests repeat, or lie beside the file
as `<name>.expected.safetensors` in float32.
"""

import pickle
import zipfile
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden"

TYPES = {
    "float64": torch.float64,
    "float32": torch.float32,
    "float16": torch.float16,
    "bfloat16": torch.bfloat16,
    "int64": torch.int64,
    "int32": torch.int32,
    "int16": torch.int16,
    "int8": torch.int8,
    "uint8": torch.uint8,
    "bool": torch.bool,
}


def every_type():
    """Values 0 to 5 less 2 in halves, where the type has signs and fractions."""
    tensors = {}
    for name, dtype in TYPES.items():
        values = torch.arange(6, dtype=torch.float32).reshape(2, 3)
        if dtype.is_floating_point:
            values = values / 2 - 2
        tensors[name] = values.to(dtype)
    tensors["scalar"] = torch.tensor(7.0)
    tensors["empty"] = torch.zeros(0, 3)
    return tensors


def views():
    """Tensors that share storages: transposed, cut out, strided, a parameter."""
    base = torch.arange(60, dtype=torch.float32).reshape(3, 4, 5)
    half = torch.arange(24, dtype=torch.float16).reshape(4, 6) / 8
    return OrderedDict(
        whole=base,
        transposed=base.transpose(0, 2),
        cut=base[1:, 1:3, ::2],
        column=base[:, 2, 3],
        halfTransposed=half.t(),
        parameter=nn.Parameter(half.float()),
        single=base[2, 1, 4],
    )


def training_state():
    """What training scripts save: the weights among counters and an optimiser's state, under a wrapper's prefix."""
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Conv2d(2, 3, 3),
        nn.InstanceNorm2d(3, track_running_stats=True),
        nn.PReLU(),
        nn.ConvTranspose2d(3, 2, 3),
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)
    network(torch.ones(1, 2, 8, 8)).sum().backward()
    optimizer.step()
    weights = OrderedDict(("module." + key, value) for key, value in network.state_dict().items())
    state = {
        "epoch": 12,
        "best": 0.25,
        "name": "émigré",
        "history": [1.5, -3, None, True, 10**30, 70000, -(2**40)],
        "size": torch.Size([1, 2]),
        "model_state_dict": weights,
        "optimizer_state_dict": optimizer.state_dict(),
    }
    return state, weights


def save(name, value, tensors, **options):
    """One file by `torch.save`, and what it holds as float32."""
    torch.save(value, GOLDEN / name, **options)
    expected = {key: tensor.detach().float().contiguous().clone() for key, tensor in tensors.items()}
    save_file(expected, GOLDEN / (Path(name).stem + ".expected.safetensors"))


def zip_of(name, entries, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(GOLDEN / name, "w", compression) as archive:
        for entry, contents in entries.items():
            info = zipfile.ZipInfo("archive/" + entry)
            info.compress_type = compression
            archive.writestr(info, contents)


def legacy_of(name, contents):
    """A legacy file whose third pickle, the one of the tensors, is `contents`."""
    start = [0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}]
    body = b"".join(pickle.dumps(part, protocol=2) for part in start)
    (GOLDEN / name).write_bytes(body + contents + pickle.dumps([], protocol=2))


def repacked(source, name, compression):
    with zipfile.ZipFile(GOLDEN / source) as archive:
        entries = {entry.split("/", 1)[1]: archive.read(entry) for entry in archive.namelist()}
    zip_of(name, entries, compression)


def call(module, function, argument, protocol=2):
    """A pickle that calls module.function(argument) when a careless reader loads it."""
    text = argument.encode()
    if protocol == 4:
        named = b"\x8c" + bytes([len(module)]) + module.encode() + b"\x8c" + bytes([len(function)]) + function.encode()
        return b"\x80\x04" + named + b"\x93" + b"\x8c" + bytes([len(text)]) + text + b"\x85R."
    return b"\x80\x02c" + f"{module}\n{function}\n".encode() + b"X" + len(text).to_bytes(4, "little") + text + b"\x85R."


def hostile():
    zip_of("hostile-os-system.pth", {"data.pkl": call("os", "system", "touch /tmp/ran"), "version": "3"})
    zip_of("hostile-protocol-4.pth", {"data.pkl": call("os", "system", "touch /tmp/ran", protocol=4), "version": "3"})
    zip_of("hostile-torch-hub.pth", {"data.pkl": call("torch.hub", "load", "someone/repository"), "version": "3"})
    legacy_of("hostile-eval-legacy.pth", call("builtins", "eval", "1/0"))
    (GOLDEN / "hostile-bare.pth").write_bytes(call("os", "system", "touch /tmp/ran"))
    # Each tuple holds the one before twice: 2^28 values to whoever walks them all.
    bomb = b"\x80\x02}" + b"X\x01\0\0\0a" + b")" + b"".join(b"2\x86" for _ in range(28)) + b"s."
    zip_of("hostile-doubling.pth", {"data.pkl": bomb, "version": "3"})
    nested = b"\x80\x02N" + b"\x85" * 20_000 + b"."
    zip_of("hostile-nesting.pth", {"data.pkl": nested, "version": "3"})
    # A dictionary that holds itself.
    knot = b"\x80\x02}q\0X\x01\0\0\0ah\0s."
    zip_of("hostile-knot.pth", {"data.pkl": knot, "version": "3"})


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    # One key alone: the package writes several in a random order.
    metadata = {"note": 'a "quoted" line\nand émigré 🎨'}
    save_file(every_type(), GOLDEN / "every-type.safetensors", metadata=metadata)

    legacy = {"_use_new_zipfile_serialization": False}
    save("every-type-zip.pth", every_type(), every_type())
    save("every-type-legacy.pth", every_type(), every_type(), **legacy)
    save("views-zip.pth", views(), views())
    save("views-legacy.pth", views(), views(), **legacy)
    save("views-protocol-4.pth", views(), views(), pickle_protocol=4)
    save("views-legacy-protocol-4.pth", views(), views(), pickle_protocol=4, **legacy)
    state, weights = training_state()
    save("training-state-zip.pth", state, weights)
    save("training-state-legacy.pth", state, weights, **legacy)
    save("list.pth", [torch.ones(2), {"a": torch.zeros(1)}], {"0": torch.ones(2), "1.a": torch.zeros(1)})
    torch.save({"a": torch.ones(3).expand(4, 3)}, GOLDEN / "expanded.pth")
    torch.save({"epoch": 3}, GOLDEN / "no-tensors.pth")
    torch.save(nn.Conv2d(1, 1, 1), GOLDEN / "whole-module.pth")
    torch.save(nn.Conv2d(1, 1, 1), GOLDEN / "whole-module-legacy.pth", **legacy)

    repacked("views-zip.pth", "views-compressed.pth", zipfile.ZIP_DEFLATED)
    zipfile.ZIP64_LIMIT = 0
    repacked("views-zip.pth", "views-zip64.pth", zipfile.ZIP_STORED)
    zipfile.ZIP64_LIMIT = (1 << 31) - 1
    hostile()


if __name__ == "__main__":
    main()
