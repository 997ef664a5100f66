"""Times the networks that `guise bench compare` has no peers for, beside PyTorch and ONNX Runtime.

    python3 -m venv .venv && .venv/bin/pip install torch numpy safetensors packaging onnx onnxscript onnxruntime
    .venv/bin/python scripts/compare/networks.py .build/release/guise [NETWORK ...]

All compute random images in float32 on two threads and take turns; times are medians. PyTorch runs the definitions in
`scripts/golden`, ONNX Runtime what PyTorch's exporter makes of them.
"""

import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import onnxruntime
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "golden"))
import colorizer_networks as colorizers  # noqa: E402
import restoration_networks as restoration  # noqa: E402
from networks import Generator  # noqa: E402

ROUNDS = 5
THREADS = 2
# What publishers call DeOldify's and DDColor's sizes.
DEEP = {"depths": (3, 4, 6, 3), "widths": (768, 768, 672, 300)}
# By the name that `guise bench forward` knows: the side of the image, its channels, the definition.
NETWORKS = {
    "realplksr": (128, 3, restoration.RealPLKSR),
    "swinir": (96, 3, restoration.SwinIR),
    "hat": (96, 3, restoration.HAT),
    "dat": (96, 3, restoration.DAT),
    "srformer": (96, 3, restoration.SRFormer),
    "omnisr": (128, 3, restoration.OmniSR),
    "eccv16": (256, 1, colorizers.ECCV16),
    "siggraph17": (256, 1, colorizers.SIGGRAPH17),
    "deoldify-artistic": (336, 3, lambda: colorizers.DeOldify(True, 1, **DEEP)),
    "deoldify-stable": (336, 3, lambda: colorizers.DeOldify(False, 4)),
    "ddcolor-tiny": (512, 3, colorizers.DDColor),
    "ddcolor-large": (512, 3, lambda: colorizers.DDColor(192, (3, 3, 27, 3))),
    "pix2pixhd": (256, 3, lambda: Generator(64, 9, halvings=4)),
}


def fold(network):
    """Takes away the norms of weights, which nothing computes again once a network is trained."""
    for module in network.modules():
        for remove in (torch.nn.utils.remove_spectral_norm, torch.nn.utils.remove_weight_norm):
            with contextlib.suppress(ValueError):
                remove(module)


def onnx_session(network, image, folder):
    """The network in ONNX Runtime, or nothing where PyTorch cannot export it."""
    path = folder / "network.onnx"
    try:
        with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
            torch.onnx.export(network, (image,), path, dynamo=True, external_data=False)
    except Exception as error:
        print(f"  no ONNX file: {type(error).__name__}")
        return None
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def guise_seconds(guise, name, size):
    result = subprocess.run([guise, "bench", "forward", "--network", name, "--size", str(size), "--repeats", "3",
                             "--threads", str(THREADS), "--device", "cpu", "--json"],
                            capture_output=True, text=True, check=True)
    return json.loads(result.stdout)["median_seconds"]


def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def compare(guise, name, folder):
    size, channels, make = NETWORKS[name]
    network = make().eval()
    fold(network)
    image = torch.rand(1, channels, size, size)
    engines = {"Guise": lambda: guise_seconds(guise, name, size)}
    network(image)
    engines["PyTorch"] = lambda: timed(lambda: network(image))
    session = onnx_session(network, image, folder)
    if session:
        inputs = {session.get_inputs()[0].name: image.numpy()}
        session.run(None, inputs)
        engines["ONNX Runtime"] = lambda: timed(lambda: session.run(None, inputs))
    times = {engine: [] for engine in engines}
    for _ in range(ROUNDS):
        for engine, run in engines.items():
            times[engine].append(run())
    medians = {engine: statistics.median(values) for engine, values in times.items()}
    print(f"| `{name}`, {size}x{size} | " + " | ".join(
        f"{engine} {median:.3f} s ({median / medians['Guise']:.2f})" for engine, median in medians.items()), flush=True)


if __name__ == "__main__":
    torch.set_num_threads(THREADS)
    torch.set_grad_enabled(False)
    for chosen in sys.argv[2:] or NETWORKS:
        with tempfile.TemporaryDirectory() as scratch:
            compare(sys.argv[1], chosen, Path(scratch))
