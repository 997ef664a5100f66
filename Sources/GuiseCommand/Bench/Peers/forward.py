"""A network in PyTorch and in the engines that run PyTorch's networks."""

import copy
import os
import subprocess
import time

import torch

from networks import NETWORKS, RRDBNet, Stage
from tensors import channels_first, distance, read_tensors, wait


class Forward:
    """A network's engines: for each, a function that runs it once, and one that makes a tensor of the result."""

    # With the devices that they compute on.
    ENGINES = [
        ("pytorch-float32", "PyTorch", "float32", ["torch"], ("cpu", "cuda")),
        ("pytorch-bfloat16", "PyTorch", "bfloat16", ["torch"], ("cpu", "cuda")),
        ("pytorch-compiled-tf32", "PyTorch compiled", "TF32", ["torch"], ("cuda",)),
        ("pytorch-compiled-bfloat16", "PyTorch compiled", "bfloat16", ["torch"], ("cuda",)),
        ("pytorch-compiled-float16", "PyTorch compiled", "float16", ["torch"], ("cuda",)),
        ("onnxruntime-float32", "ONNX Runtime", "float32", ["onnxruntime", "onnx"], ("cpu",)),
        ("openvino-float32", "OpenVINO", "float32", ["openvino", "onnx"], ("cpu",)),
        ("openvino-bfloat16", "OpenVINO", "bfloat16", ["openvino", "onnx"], ("cpu",)),
        ("ncnn-float32", "ncnn", "float32", ["ncnn", "pnnx"], ("cpu",)),
        ("ncnn-vulkan", "ncnn Vulkan", "float16", ["ncnn", "pnnx"], ("cuda",)),
    ]

    def __init__(self, name, threads, device):
        self.threads = threads
        self.device = device
        self.network = NETWORKS[name]().eval()
        self.network.load_state_dict(read_tensors("weights"))
        self.input = channels_first(read_tensors("input")["input"])
        self.runs = {}
        with torch.inference_mode():
            self.reference = self.network(self.input)

    def prepare(self, engine):
        run, read = getattr(self, engine.replace("-", "_"))()
        run()
        output = read(run())
        self.runs[engine] = run
        return {"difference": distance(output, self.reference)}

    def check(self):
        output = channels_first(read_tensors("output")["output"])
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
        wait(self.device)
        return {"seconds": time.perf_counter() - began}

    def pytorch_float32(self):
        return self.pytorch(torch.float32)

    def pytorch_bfloat16(self):
        return self.pytorch(torch.bfloat16)

    def pytorch(self, precision):
        # Channels last is never slower than the default order, and a third faster for SRVGGNet. The default order
        # rounds less, so it is the reference.
        network = copy.deepcopy(self.network).to(self.device, precision, memory_format=torch.channels_last)
        input = self.input.to(self.device, precision, memory_format=torch.channels_last)
        return torch.inference_mode()(lambda: network(input)), lambda output: output.cpu()

    def pytorch_compiled_tf32(self):
        run, read = self.compiled(torch.float32)

        def run_in_tf32():
            flags = torch.backends.cuda.matmul, torch.backends.cudnn
            for flag in flags:
                flag.allow_tf32 = True
            try:
                return run()
            finally:
                for flag in flags:
                    flag.allow_tf32 = False

        return run_in_tf32, read

    def pytorch_compiled_bfloat16(self):
        return self.compiled(torch.bfloat16)

    def pytorch_compiled_float16(self):
        return self.compiled(torch.float16)

    def compiled(self, precision):
        network = copy.deepcopy(self.network).to(self.device, precision, memory_format=torch.channels_last)
        network = torch.compile(network, mode="reduce-overhead")
        input = self.input.to(self.device, precision, memory_format=torch.channels_last)
        return torch.inference_mode()(lambda: network(input).clone()), lambda output: output.cpu()

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
        return self.ncnn(uses_gpu=False)

    def ncnn_vulkan(self):
        import ncnn

        if ncnn.get_gpu_count() == 0:
            raise RuntimeError("ncnn sees no GPU")
        return self.ncnn(uses_gpu=True)

    def ncnn(self, uses_gpu):
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
            network.opt.use_vulkan_compute = uses_gpu
            network.opt.use_fp16_storage = network.opt.use_fp16_packed = network.opt.use_fp16_arithmetic = uses_gpu
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
