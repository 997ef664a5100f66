"""The other side of `guise bench compare`: the same work in PyTorch and in the engines that run PyTorch's networks.

  python peers.py FOLDER WORK THREADS

WORK is a network (resnet9, resnet6, rrdb, srvgg) or "train", CycleGAN's training step. FOLDER holds weights.safetensors
in PyTorch's names and layout and the images as float32 of shape [side, side, 3]: input.f32, or a.f32 and b.f32.

Each line on standard input is a request, and each line on standard output its answer in JSON, or {"failure": …}.
Between requests the process sleeps. First of all, it lists the engines that it has.

  prepare ENGINE   loads the engine and runs it twice; answers its output's largest difference from PyTorch's float32
  check FILE       answers the same difference for an output in a file, and its and PyTorch's errors against float64
  step             takes one training step; answers seconds and losses
  run ENGINE       runs the engine once; answers seconds
  memory           answers the process's peak memory in bytes
"""

import copy
import importlib
import importlib.metadata
import itertools
import json
import os
import subprocess
import sys
import time
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
    from torch import nn
    from torch.nn import functional
except ImportError as error:
    answer(failure=str(error))
    sys.exit()


# CycleGAN's networks (Zhu et al. 2017, appendix).


def instance_norm(channels):
    return [nn.InstanceNorm2d(channels), nn.ReLU(True)]


class ResidualBlock(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), *instance_norm(width),
            nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), nn.InstanceNorm2d(width))

    def forward(self, x):
        return x + self.conv_block(x)


class Generator(nn.Module):
    def __init__(self, blocks, width=64):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), *instance_norm(width)]
        for channels in (width, 2 * width):
            layers += [nn.Conv2d(channels, 2 * channels, 3, 2, 1), *instance_norm(2 * channels)]
        layers += [ResidualBlock(4 * width) for _ in range(blocks)]
        for channels in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(channels, channels // 2, 3, 2, 1, 1), *instance_norm(channels // 2)]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class PatchDiscriminator(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        layers = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2, True)]
        for channels, stride in ((width, 2), (2 * width, 2), (4 * width, 1)):
            layers += [nn.Conv2d(channels, 2 * channels, 4, stride, 1), nn.InstanceNorm2d(2 * channels),
                       nn.LeakyReLU(0.2, True)]
        self.model = nn.Sequential(*layers, nn.Conv2d(8 * width, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


# ESRGAN's generator (Wang et al. 2018).


class DenseBlock(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        for index in range(5):
            convolution = nn.Conv2d(width + index * growth, growth if index < 4 else width, 3, 1, 1)
            setattr(self, f"conv{index + 1}", convolution)

    def forward(self, x):
        features = [x]
        for convolution in (self.conv1, self.conv2, self.conv3, self.conv4):
            features.append(functional.leaky_relu(convolution(torch.cat(features, 1)), 0.2, True))
        return x + 0.2 * self.conv5(torch.cat(features, 1))


class ResidualDenseBlocks(nn.Module):
    def __init__(self, width, growth):
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = (DenseBlock(width, growth) for _ in range(3))

    def forward(self, x):
        return x + 0.2 * self.rdb3(self.rdb2(self.rdb1(x)))


class RRDBNet(nn.Module):
    def __init__(self, width=64, growth=32, blocks=23):
        super().__init__()
        self.conv_first = nn.Conv2d(3, width, 3, 1, 1)
        self.body = nn.Sequential(*[ResidualDenseBlocks(width, growth) for _ in range(blocks)])
        self.conv_body, self.conv_up1, self.conv_up2, self.conv_hr = (
            nn.Conv2d(width, width, 3, 1, 1) for _ in range(4))
        self.conv_last = nn.Conv2d(width, 3, 3, 1, 1)

    def forward(self, x):
        return self.finish(*self.begin(x))

    def begin(self, x):
        shallow = self.conv_first(x)
        return shallow, self.body[:12](shallow)

    def finish(self, shallow, x):
        x = shallow + self.conv_body(self.body[12:](x))
        for convolution in (self.conv_up1, self.conv_up2):
            x = functional.interpolate(x, scale_factor=2.0, mode="nearest")
            x = functional.leaky_relu(convolution(x), 0.2, True)
        return self.conv_last(functional.leaky_relu(self.conv_hr(x), 0.2, True))


class Stage(nn.Module):
    """Part of a network as a network of its own."""

    def __init__(self, network, forward):
        super().__init__()
        self.network = network
        self.forward = forward


# Real-ESRGAN's small generator (Wang et al. 2021).


class SRVGGNet(nn.Module):
    def __init__(self, width=64, convolutions=32, scale=4):
        super().__init__()
        layers = [nn.Conv2d(3, width, 3, 1, 1), nn.PReLU(width)]
        for _ in range(convolutions):
            layers += [nn.Conv2d(width, width, 3, 1, 1), nn.PReLU(width)]
        self.body = nn.Sequential(*layers, nn.Conv2d(width, 3 * scale**2, 3, 1, 1))
        self.scale = scale

    def forward(self, x):
        enlarged = functional.interpolate(x, scale_factor=float(self.scale), mode="nearest")
        return functional.pixel_shuffle(self.body(x), self.scale) + enlarged


NETWORKS = {
    "resnet9": lambda: Generator(9), "resnet6": lambda: Generator(6), "rrdb": RRDBNet, "srvgg": SRVGGNet,
}


# Reading the files that guise wrote.


def read_weights(path):
    """A safetensors file of float32 tensors."""
    with open(path, "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    header.pop("__metadata__", None)
    weights = {}
    for name, entry in header.items():
        begin, end = (offset // 4 for offset in entry["data_offsets"])
        weights[name] = values[begin:end].reshape(entry["shape"]).clone()
    return weights


def read_image(path):
    """[H, W, 3] as [1, 3, H, W]."""
    with open(path, "rb") as file:
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    side = round((values.numel() // 3) ** 0.5)
    return values.reshape(1, side, side, 3).permute(0, 3, 1, 2).contiguous()


class Forward:
    """A network's engines: for each, a function that runs it once, and one that makes a tensor of the result."""

    ENGINES = [
        ("pytorch-float32", "PyTorch", "float32", ["torch"]),
        ("pytorch-bfloat16", "PyTorch", "bfloat16", ["torch"]),
        ("onnxruntime-float32", "ONNX Runtime", "float32", ["onnxruntime", "onnx"]),
        ("openvino-float32", "OpenVINO", "float32", ["openvino", "onnx"]),
        ("openvino-bfloat16", "OpenVINO", "bfloat16", ["openvino", "onnx"]),
        ("ncnn-float32", "ncnn", "float32", ["ncnn", "pnnx"]),
    ]

    def __init__(self, name, threads):
        self.threads = threads
        self.network = NETWORKS[name]().eval()
        self.network.load_state_dict(read_weights("weights.safetensors"))
        self.input = read_image("input.f32")
        self.runs = {}
        with torch.inference_mode():
            self.reference = self.network(self.input)

    def prepare(self, engine):
        run, read = getattr(self, engine.replace("-", "_"))()
        run()
        output = read(run())
        self.runs[engine] = run
        return {"difference": distance(output, self.reference)}

    def check(self, path):
        output = read_image(path)
        with torch.inference_mode():
            exact = copy.deepcopy(self.network).double()(self.input.double())
        return {
            "difference": distance(output, self.reference),
            "error": distance(output, exact),
            "pytorchError": distance(self.reference, exact),
        }

    def run(self, engine):
        began = time.perf_counter()
        self.runs[engine]()
        return {"seconds": time.perf_counter() - began}

    def pytorch_float32(self):
        return self.pytorch(torch.float32)

    def pytorch_bfloat16(self):
        return self.pytorch(torch.bfloat16)

    def pytorch(self, precision):
        # Channels last is never slower than the default order, and a third faster for SRVGGNet. The default order
        # rounds less, so it is the reference.
        network = copy.deepcopy(self.network).to(precision, memory_format=torch.channels_last)
        input = self.input.to(precision, memory_format=torch.channels_last)
        return torch.inference_mode()(lambda: network(input)), lambda output: output

    def onnxruntime_float32(self):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        session = onnxruntime.InferenceSession(self.onnx(), options, providers=["CPUExecutionProvider"])
        input = {"x": self.input.numpy()}
        return lambda: session.run(None, input)[0], torch.from_numpy

    def openvino_float32(self):
        return self.openvino("f32")

    def openvino_bfloat16(self):
        return self.openvino("bf16")

    def openvino(self, precision):
        import openvino

        model = openvino.Core().compile_model(self.onnx(), "CPU", {
            "INFERENCE_PRECISION_HINT": precision, "INFERENCE_NUM_THREADS": self.threads,
            "PERFORMANCE_HINT": "LATENCY"})
        input = [self.input.numpy()]
        return lambda: model(input)[0], torch.from_numpy

    def ncnn_float32(self):
        import ncnn
        import numpy
        import pnnx

        def convert(stage, inputs):
            torch.jit.trace(stage, inputs).save("network.pt")
            shapes = ",".join(f"[{','.join(map(str, input.shape))}]" for input in inputs)
            # By default, pnnx rounds the weights to float16.
            subprocess.run([pnnx.EXEC_PATH, "network.pt", f"inputshape={shapes}", "fp16=0"], check=True)
            network = ncnn.Net()
            network.opt.num_threads = self.threads
            network.opt.use_fp16_storage = network.opt.use_fp16_packed = network.opt.use_fp16_arithmetic = False
            network.load_param("network.ncnn.param")
            network.load_model("network.ncnn.bin")
            return network

        network, inputs = self.network, (self.input,)
        if isinstance(network, RRDBNet):
            # pnnx's memory grows exponentially with the number of blocks, to 20 GiB for all 23.
            networks = [convert(Stage(network, network.begin), inputs)]
            with torch.inference_mode():
                inputs = network.begin(*inputs)
            networks.append(convert(Stage(network, network.finish), inputs))
        else:
            networks = [convert(network, inputs)]
        input = ncnn.Mat(self.input[0].numpy()).clone()

        def run():
            values = [input]
            for network in networks:
                extractor = network.create_extractor()
                for index, value in enumerate(values):
                    extractor.input(f"in{index}", value)
                values = [extractor.extract(name)[1] for name in network.output_names()]
            return values[0]

        return run, lambda output: torch.from_numpy(numpy.array(output))

    def onnx(self):
        path = "network.onnx"
        if not os.path.exists(path):
            torch.onnx.export(
                self.network, (self.input,), path, input_names=["x"], output_names=["y"], dynamo=False,
                opset_version=17)
        return path


class Training:
    """CycleGAN's published training step, with each loss named as in guise."""

    ENGINES = [("pytorch-float32", "PyTorch", "float32", ["torch"])]

    def __init__(self):
        weights = read_weights("weights.safetensors")

        def load(name, network):
            network.load_state_dict(
                {key.removeprefix(f"{name}."): value for key, value in weights.items() if key.startswith(f"{name}.")})
            return network

        self.to_b, self.to_a = load("AtoB", Generator(9)), load("BtoA", Generator(9))
        self.judge_a = load("discriminatorA", PatchDiscriminator())
        self.judge_b = load("discriminatorB", PatchDiscriminator())
        self.discriminators = list(itertools.chain(self.judge_a.parameters(), self.judge_b.parameters()))
        generators = itertools.chain(self.to_b.parameters(), self.to_a.parameters())
        self.generator_optimizer = torch.optim.Adam(generators, 2e-4, betas=(0.5, 0.999))
        self.discriminator_optimizer = torch.optim.Adam(self.discriminators, 2e-4, betas=(0.5, 0.999))
        self.a, self.b = read_image("a.f32"), read_image("b.f32")

    def step(self):
        began = time.perf_counter()
        fakes, losses = self.train_generators()
        losses |= self.train_discriminators(*fakes)
        losses = {name: loss.item() for name, loss in losses.items()}
        return {"seconds": time.perf_counter() - began, "losses": losses}

    def train_generators(self):
        a, b = self.a, self.b
        for parameter in self.discriminators:
            parameter.requires_grad_(False)
        fake_b, fake_a = self.to_b(a), self.to_a(b)
        losses = {
            "adversarialAtoB": adversarial(self.judge_b(fake_b), 1),
            "adversarialBtoA": adversarial(self.judge_a(fake_a), 1),
            "cycleA": 10 * functional.l1_loss(self.to_a(fake_b), a),
            "cycleB": 10 * functional.l1_loss(self.to_b(fake_a), b),
            "identityA": 5 * functional.l1_loss(self.to_a(a), a),
            "identityB": 5 * functional.l1_loss(self.to_b(b), b),
        }
        self.generator_optimizer.zero_grad()
        sum(losses.values()).backward()
        self.generator_optimizer.step()
        return (fake_a.detach(), fake_b.detach()), losses

    def train_discriminators(self, fake_a, fake_b):
        for parameter in self.discriminators:
            parameter.requires_grad_(True)
        losses = {
            name: 0.5 * (adversarial(judge(real), 1) + adversarial(judge(fake), 0))
            for name, judge, real, fake in (
                ("discriminatorA", self.judge_a, self.a, fake_a), ("discriminatorB", self.judge_b, self.b, fake_b))}
        self.discriminator_optimizer.zero_grad()
        sum(losses.values()).backward()
        self.discriminator_optimizer.step()
        return losses


def adversarial(prediction, label):
    return functional.mse_loss(prediction, torch.full_like(prediction, label))


def distance(output, reference):
    """The largest; None if a value is not a number."""
    largest = (output.double().reshape(reference.shape) - reference.double()).abs().max().item()
    return largest if largest < float("inf") else None


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
    folder, name, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.chdir(folder)
    torch.set_num_threads(threads)
    work = Training() if name == "train" else Forward(name, threads)
    engines, missing = [], []
    for engine, title, precision, packages in work.ENGINES:
        lacking = missing_packages(packages)
        if lacking:
            missing.append({"engine": f"{title} {precision}", "packages": lacking})
        else:
            version = importlib.metadata.version(packages[0])
            engines.append({"name": engine, "title": f"{title} {version} {precision}"})
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
