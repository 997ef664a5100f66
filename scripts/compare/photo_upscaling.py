"""Measures how well a model enlarges photographs as the web has them: shrunk to a quarter and saved as JPEG.

  python3 -m venv .venv && .venv/bin/pip install numpy pillow torch torchvision ipython
  .venv/bin/pip install --no-deps stlpips-pytorch torchsummary
  .venv/bin/python scripts/compare/photo_upscaling.py shrink data/samples small
  guise upscale -i small -o large --format png -m MODEL
  .venv/bin/python scripts/compare/photo_upscaling.py distance large data/samples

`shrink` writes copies of a quarter of the size at JPEG quality 40, 60 and 80 into a folder for each. `distance` prints how
far the results are from the originals by the shift-tolerant LPIPS (Ghildyal and Liu 2022), with the features of AlexNet
and of VGG16, the mean over the images. 0 is equal; figures of other LPIPS are not comparable.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

SCALE, QUALITIES = 4, (40, 60, 80)


def images(folder):
    paths = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    if not paths:
        sys.exit(f"{folder} holds no images")
    return {path.stem: path for path in paths}


def shrink(originals, folder):
    for name, path in images(originals).items():
        image = Image.open(path).convert("RGB")
        small = image.resize((image.width // SCALE, image.height // SCALE), Image.BICUBIC)
        for quality in QUALITIES:
            target = Path(folder) / str(quality) / f"{name}.jpg"
            target.parent.mkdir(parents=True, exist_ok=True)
            small.save(target, quality=quality)


def distance(results, originals):
    import torch
    from stlpips_pytorch import stlpips

    def tensor(path, size):
        pixels = np.asarray(Image.open(path).convert("RGB").crop((0, 0, *size)), np.float32)
        return torch.from_numpy(pixels).permute(2, 0, 1)[None] / 127.5 - 1

    metrics = {
        name: stlpips.LPIPS(net=net, variant="shift_tolerant", verbose=False).eval()
        for name, net in (("AlexNet", "alex"), ("VGG16", "vgg"))
    }
    truths = images(originals)
    rows = []
    for quality in QUALITIES:
        found = images(Path(results) / str(quality))
        values = {name: [] for name in metrics}
        for image, path in found.items():
            size = Image.open(path).size
            pair = tensor(path, size), tensor(truths[image], size)
            for name, metric in metrics.items():
                with torch.inference_mode():
                    values[name].append(metric(*pair).item())
        rows.append([np.mean(values[name]) for name in metrics])
        print(f"JPEG {quality}:", *(f"{name} {value:.3f}" for name, value in zip(metrics, rows[-1])))
    print("mean:   ", *(f"{name} {value:.3f}" for name, value in zip(metrics, np.mean(rows, 0))))


if __name__ == "__main__":
    commands = {"shrink": shrink, "distance": distance}
    if len(sys.argv) != 4 or sys.argv[1] not in commands:
        sys.exit(__doc__)
    commands[sys.argv[1]](*sys.argv[2:])
