"""Makes Tests/CheckpointsTests/Golden/efficientnet-lite0.expected.safetensors: what the published EfficientNet-Lite0 says
of the middle 224x224 pixels of each photograph in data/samples, by PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch numpy pillow
  .venv/bin/python scripts/golden/efficientnet_lite0.py efficientnet-lite0-57934424.pth

Tensors are named after the photographs: logits, `[1, 1000]`. Made with PyTorch 2.15.
"""

import sys

import numpy
import torch
from PIL import Image

from golden import ROOT, Family
from networks import EfficientNetLite0

if __name__ == "__main__":
    network = EfficientNetLite0().double()
    network.load_state_dict(torch.load(sys.argv[1], map_location="cpu", weights_only=True))
    family, side = Family("Tests/CheckpointsTests/Golden/efficientnet-lite0.expected.safetensors"), 224
    for path in sorted((ROOT / "data/samples").glob("*.png")):
        photo = Image.open(path)
        left, top = (photo.width - side) // 2, (photo.height - side) // 2
        pixels = numpy.array(photo.crop((left, top, left + side, top + side)), dtype=numpy.float64)
        with torch.no_grad():
            image = torch.from_numpy(pixels).permute(2, 0, 1)[None] / 127.5 - 1
            logits = network.eval()(image)
        family.store(path.stem, logits)
        print(path.stem, logits.argmax().item(), f"{logits.max().item():.3f}")
    family.write()
