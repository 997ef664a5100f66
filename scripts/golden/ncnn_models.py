"""Makes the small ncnn models that Tests/CheckpointsTests reads, with ncnn's own results for an image.

    python3 -m venv venv
    venv/bin/pip install ncnn numpy
    venv/bin/python scripts/golden/ncnn_models.py [DATA]

Writes NAME.param, NAME.bin and NAME.expected.safetensors (`image` and `upscaled`, [1, C, H, W]) into
Tests/CheckpointsTests/Golden. Graphs are written in the two styles that are in use: with rectifiers in the
convolutions and factors in the sums, or with a layer for each operation. DATA is the folder with the larger test data, whose
`realesr-animevideov3-x4` is run too.
"""

import json
import struct
import sys
from pathlib import Path

import ncnn
import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden"


class Graph:
    """A graph as it is written, layer by layer. Blobs are called by numbers, and copied by `split` if several
    layers read them."""

    def __init__(self, seed, half, fused):
        self.random = np.random.default_rng(seed)
        self.half, self.fused = half, fused
        self.layers, self.weights, self.count = [], b"", 1
        self.layers.append(("Input", "input", [], ["data"], ""))

    def layer(self, kind, inputs, parameters="", outputs=1):
        blobs = [str(self.count + i) for i in range(outputs)]
        self.layers.append((kind, f"{kind.lower()}_{self.count}", inputs, blobs, parameters))
        self.count += outputs
        return blobs[0] if outputs == 1 else blobs

    def convolution(self, x, inputs, outputs, kernel=3, slope=None, gain=1):
        weights = gain * self.random.normal(0, (2 / (inputs * kernel * kernel)) ** 0.5, inputs * outputs * kernel * kernel)
        if self.half:
            data = weights.astype("<f2").tobytes()
            self.weights += struct.pack("<I", 0x01306B47) + data + bytes(-len(data) % 4)
        else:
            self.weights += struct.pack("<I", 0) + weights.astype("<f4").tobytes()
        self.weights += self.random.normal(0, 0.1, outputs).astype("<f4").tobytes()
        text = f"0={outputs} 1={kernel} 4={kernel // 2} 5=1 6={len(weights)}"
        if slope is not None and self.fused:
            text += " 9=1" if slope == 0 else f" 9=2 -23310=1,{slope:e}"
        x = self.layer("Convolution", [x], text)
        if slope is not None and not self.fused:
            x = self.rectified(x, slope)
        return x

    def rectified(self, x, slope):
        return self.layer("ReLU", [x], f"0={slope:e}" if slope else "")

    def slopes(self, x, channels):
        self.weights += self.random.uniform(0, 0.5, channels).astype("<f4").tobytes()
        return self.layer("PReLU", [x], f"0={channels}")

    def sigmoid_rectified(self, x):
        if self.fused:
            return self.layer("Swish", [x])
        x, y = self.split(x, 2)
        return self.layer("BinaryOp", [x, self.layer("Sigmoid", [y])], "0=2")

    def centered(self, x):
        self.weights += np.array([0.4488, 0.4371, 0.4040], "<f4").tobytes()
        return self.layer("BinaryOp", [x, self.layer("MemoryData", [], "0=1 1=1 2=3")], "0=1")

    def split(self, x, copies):
        return self.layer("Split", [x], outputs=copies) if copies > 1 else [x]

    def add(self, x, y, factor=1):
        """factor x + y"""
        if factor == 1:
            return self.layer("BinaryOp", [y, x], "0=0")
        if self.fused:
            return self.layer("Eltwise", [x, y], f"0=1 -23301=2,{factor:e},1.000000e+00")
        return self.layer("BinaryOp", [self.layer("BinaryOp", [x], f"0=2 1=1 2={factor:e}"), y], "0=0")

    def write(self, name, image):
        kind, layer, inputs, outputs, parameters = self.layers[-1]
        self.layers[-1] = (kind, layer, inputs, ["output"], parameters)
        blobs = sum(len(outputs) for _, _, _, outputs, _ in self.layers)
        lines = ["7767517", f"{len(self.layers)} {blobs}"] + [
            f"{kind:16} {layer:24} {len(inputs)} {len(outputs)} {' '.join(inputs + outputs + [parameters])}".rstrip()
            for kind, layer, inputs, outputs, parameters in self.layers
        ]
        graph, weights = GOLDEN / f"{name}.param", GOLDEN / f"{name}.bin"
        graph.write_text("\n".join(lines) + "\n")
        weights.write_bytes(self.weights)
        save(GOLDEN / f"{name}.expected.safetensors", {"image": image[None], "upscaled": run(graph, weights, image)[None]})


def run(graph, weights, image):
    net = ncnn.Net()
    for option in ("use_fp16_packed", "use_fp16_storage", "use_fp16_arithmetic", "use_bf16_storage"):
        setattr(net.opt, option, False)
    net.opt.use_winograd_convolution = False
    assert net.load_param(str(graph)) == 0 and net.load_model(str(weights)) == 0
    extractor = net.create_extractor()
    # The matrix only borrows the array's memory.
    mat = ncnn.Mat(image)
    extractor.input("data", mat)
    status, output = extractor.extract("output")
    assert status == 0
    return np.array(output)


def save(path, arrays):
    header, data = {}, b""
    for name, array in arrays.items():
        values = np.ascontiguousarray(array, "<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(data), len(data) + len(values)]}
        data += values
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def rrdb(graph, blocks, width, growth, unshuffling=1):
    x = "data"
    if unshuffling > 1:
        x = graph.layer("Reorg", [x], f"0={unshuffling}")
    shallow, x = graph.split(graph.convolution(x, 3 * unshuffling**2, width), 2)
    for _ in range(blocks):
        start, x = graph.split(x, 2)
        for _ in range(3):
            copies = graph.split(x, 6)
            features = []
            for i in range(5):
                inputs = [copies[i]] + [feature[i - j - 1] for j, feature in enumerate(features)]
                joined = inputs[0] if i == 0 else graph.layer("Concat", inputs)
                slope = 0.2 if i < 4 else None
                y = graph.convolution(joined, width + i * growth, growth if i < 4 else width, slope=slope)
                if i < 4:
                    features.append(graph.split(y, 4 - i))
            x = graph.add(y, copies[5], 0.2)
        x = graph.add(x, start, 0.2)
    x = graph.add(graph.convolution(x, width, width), shallow)
    for _ in range(2):
        x = graph.layer("Interp", [x], "0=1 1=2.000000e+00 2=2.000000e+00")
        x = graph.convolution(x, width, width, slope=0.2)
    graph.convolution(graph.convolution(x, width, width, slope=0.2), width, 3)


def srvgg(graph, convolutions, width, scale):
    x, base = graph.split("data", 2)
    for i in range(convolutions + 1):
        x = graph.slopes(graph.convolution(x, width if i else 3, width), width)
    x = graph.layer("PixelShuffle", [graph.convolution(x, width, 3 * scale * scale)], f"0={scale}")
    graph.add(graph.layer("Interp", [base], f"0=1 1={scale:e} 2={scale:e}"), x)


def msrresnet(graph, blocks, width, steps):
    x, base = graph.split("data", 2)
    x = graph.convolution(x, 3, width, slope=0.1)
    for _ in range(blocks):
        x, start = graph.split(x, 2)
        x = graph.add(graph.convolution(graph.convolution(x, width, width, slope=0), width, width), start)
    for step in steps:
        x = graph.layer("PixelShuffle", [graph.convolution(x, width, width * step * step)], f"0={step}")
        x = graph.rectified(x, 0.1)
    x = graph.convolution(graph.convolution(x, width, width, slope=0.1), width, 3)
    scale = int(np.prod(steps))
    graph.add(graph.layer("Interp", [base], f"0=2 1={scale:e} 2={scale:e}"), x)


def span(graph, blocks, width, scale, normalized=True):
    x = "data"
    if normalized:
        x = graph.layer("BinaryOp", [graph.centered(x)], "0=2 1=1 2=2.550000e+02")
    shallow, x = graph.split(graph.convolution(x, 3, width, gain=1 / 255 if normalized else 1), 2)
    for block in range(blocks):
        x, start = graph.split(x, 2)
        inner, x = graph.split(graph.sigmoid_rectified(graph.convolution(x, width, width)), 2)
        x = graph.sigmoid_rectified(graph.convolution(x, width, width))
        x, gate = graph.split(graph.convolution(x, width, width), 2)
        gate = graph.layer("BinaryOp", [graph.layer("Sigmoid", [gate])], "0=1 1=1 2=5.000000e-01")
        x = graph.layer("BinaryOp", [graph.add(x, start), gate], "0=2")
        if block == 0:
            early, x = graph.split(x, 2)
    x = graph.layer("Concat", [shallow, graph.convolution(x, width, width), early, inner])
    x = graph.convolution(graph.convolution(x, 4 * width, width, kernel=1), width, 3 * scale * scale)
    graph.layer("PixelShuffle", [x], f"0={scale}")


def main():
    image = np.random.default_rng(0).uniform(0, 1, (3, 8, 12)).astype("<f4")
    graph = Graph(1, half=True, fused=True)
    rrdb(graph, blocks=2, width=4, growth=2)
    graph.write("ncnn-rrdb-x4", image)
    graph = Graph(2, half=False, fused=False)
    rrdb(graph, blocks=1, width=4, growth=3, unshuffling=2)
    graph.write("ncnn-rrdb-x2", image)
    graph = Graph(3, half=True, fused=True)
    srvgg(graph, convolutions=3, width=5, scale=4)
    graph.write("ncnn-srvgg-x4", image)
    graph = Graph(4, half=False, fused=False)
    srvgg(graph, convolutions=2, width=4, scale=2)
    graph.write("ncnn-srvgg-x2", image)
    graph = Graph(5, half=True, fused=False)
    msrresnet(graph, blocks=2, width=4, steps=[2, 2])
    graph.write("ncnn-msrresnet-x4", image)
    graph = Graph(6, half=True, fused=True)
    span(graph, blocks=2, width=4, scale=4)
    graph.write("ncnn-span-x4", image)
    graph = Graph(7, half=True, fused=False)
    span(graph, blocks=3, width=5, scale=2)
    graph.write("ncnn-span-x2", image)
    graph = Graph(8, half=False, fused=True)
    span(graph, blocks=2, width=4, scale=3, normalized=False)
    graph.write("ncnn-span-plain-x3", image)
    for data in sys.argv[1:]:
        model = Path(data) / "weights/realesr-animevideov3-x4/realesr-animevideov3-x4"
        upscaled = run(model.with_suffix(".param"), model.with_suffix(".bin"), image)
        save(GOLDEN / f"{model.name}.expected.safetensors", {"image": image[None], "upscaled": upscaled[None]})


if __name__ == "__main__":
    main()
