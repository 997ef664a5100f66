"""The other side of `guise bench compare`: the same work in PyTorch and in the engines that run PyTorch's networks.

  python peers.py FOLDER WORK THREADS DEVICE

WORK is a network (see networks.py), "train", CycleGAN's training step, or "depthwise", convolutions and their gradients.
DEVICE is "cpu" or "cuda", on which PyTorch computes, and ncnn by Vulkan; in float32 without TF32 where it says float32.
FOLDER holds safetensors files: weights with PyTorch's names and layouts, and images [N, H, W, C], which are `input`, the
`output` to check, or a pair of `images` to train on.

Each line on standard input is a request, and each line on standard output its answer in JSON, or {"failure": …}.
Between requests the process sleeps. First of all, it lists the engines that it has.

  prepare ENGINE    loads the engine and runs it twice; answers its output's largest difference from PyTorch's float32
  check             answers the same difference for the output, and its and PyTorch's errors against float64
  load FILE STRIDE  loads a depthwise convolution; answers how far the results in the file are from PyTorch's
  run ENGINE        runs the engine once, or takes a training step; answers seconds, or those of each product, and losses
  memory            answers the process's peak memory in bytes
"""

import importlib
import importlib.metadata
import json
import os
import sys
import warnings

# Whatever libraries print goes to standard error.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
warnings.filterwarnings("ignore")


def answer(**fields):
    answers.write(json.dumps(fields) + "\n")
    answers.flush()


try:
    import torch
    from depthwise import Depthwise
    from forward import Forward
    from training import Training
except ImportError as error:
    answer(failure=str(error))
    sys.exit()


def peak_memory():
    # Not from getrusage, which starts from the parent's peak.
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) << 10 for line in file if line.startswith("VmHWM:"))


def missing_packages(names):
    missing = []
    for name in names:
        try:
            importlib.import_module(name)
        except Exception:
            missing.append(name)
    return missing


def main():
    folder, name, threads, device = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    os.chdir(folder)
    torch.set_num_threads(threads)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    if device != "cpu" and not torch.cuda.is_available():
        answer(failure="its torch sees no GPU")
        return
    work = (
        Training(device) if name == "train" else Depthwise() if name == "depthwise" else Forward(name, threads, device))
    engines, missing = [], []
    for engine, title, kind, packages, devices in work.ENGINES:
        if device not in devices:
            continue
        lacking = missing_packages(packages)
        if lacking:
            missing.append({"engine": f"{title} {kind}", "packages": lacking})
        else:
            version = importlib.metadata.version(packages[0])
            engines.append({"name": engine, "title": f"{title} {version} {kind}"})
    answer(engines=engines, missing=missing)
    for line in sys.stdin:
        request, *arguments = line.split()
        try:
            if request == "memory":
                answer(bytes=peak_memory())
            else:
                answer(**getattr(work, request)(*arguments))
        except Exception as error:
            answer(failure=f"{type(error).__name__}: {error}")


main()
