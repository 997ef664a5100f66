"""Makes the small ONNX files that Tests/CheckpointsTests reads, by PyTorch's two exporters, with PyTorch's own results.

    python3 -m venv venv
    venv/bin/pip install torch numpy safetensors onnx onnxscript packaging
    venv/bin/python scripts/golden/onnx_models.py

Writes NAME.onnx and NAME.expected.safetensors (`image` and `upscaled`, [1, C, H, W]) into Tests/CheckpointsTests/Golden.
The exporters keep the names of weights, but not those of slopes, and leave out what no operation reads.
"""

from pathlib import Path

import onnx
import torch
from networks import SPAN, SRVGGNet, initialize
from safetensors.torch import save_file

GOLDEN = Path(__file__).resolve().parents[2] / "Tests/CheckpointsTests/Golden"


def export(name, network, **options):
    network = initialize(network, 3, scale=0.2).float().eval()
    image = torch.rand(1, 3, 6, 7, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        expected = network(image)
    path = GOLDEN / f"onnx-{name}.onnx"
    torch.onnx.export(network, (image,), path, **options)
    model = onnx.load(path)
    # Without the places in the program that they come from.
    for part in [*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output, model.graph]:
        part.ClearField("doc_string")
        part.ClearField("metadata_props")
    onnx.save(model, path)
    save_file({"image": image, "upscaled": expected.contiguous()}, GOLDEN / f"onnx-{name}.expected.safetensors")


def main():
    export("srvgg-traced", SRVGGNet(4, 2, 2), dynamo=False)
    export("srvgg-captured", SRVGGNet(4, 2, 2), dynamo=True, external_data=False)
    export("span-plain", SPAN(4, 1, 2, folded=True, norm=False), dynamo=False)


if __name__ == "__main__":
    main()
