"""Makes Tests/ModelsTests/Golden/inception.safetensors: the pooled features of InceptionV3 in the form that FID is measured
with and in torchvision's, by pytorch-fid, torchvision and PyTorch in float64.

  python3 -m venv .venv && .venv/bin/pip install torch torchvision pytorch-fid numpy
  .venv/bin/python scripts/golden/inception.py

Its weights are not stored but are the formula of encoders.py. Tensors are named `<form>/<role>`: `input`, `[1, H, W, 3]` in
-1...1, and `features`. `view` has an `image` in levels of 255 and what pytorch-fid, which resizes it, makes of it. Made
with PyTorch 2.15, torchvision 0.29 and pytorch-fid 0.3.
"""

import numpy
import torch
import torch.nn.functional as F
import torchvision
from pytorch_fid import inception

from encoders import fill
from golden import Family, Values


def network(form):
    made = torchvision.models.inception_v3(aux_logits=False, init_weights=False, weights=None)
    if form == "fid":
        made.Mixed_5b = inception.FIDInceptionA(192, pool_features=32)
        made.Mixed_5c = inception.FIDInceptionA(256, pool_features=64)
        made.Mixed_5d = inception.FIDInceptionA(288, pool_features=64)
        made.Mixed_6b = inception.FIDInceptionC(768, channels_7x7=128)
        made.Mixed_6c = inception.FIDInceptionC(768, channels_7x7=160)
        made.Mixed_6d = inception.FIDInceptionC(768, channels_7x7=160)
        made.Mixed_6e = inception.FIDInceptionC(768, channels_7x7=192)
        made.Mixed_7b = inception.FIDInceptionE_1(1280)
        made.Mixed_7c = inception.FIDInceptionE_2(2048)
    made.fc = torch.nn.Identity()
    fill(made)
    return made.eval()


if __name__ == "__main__":
    family, values = Family("Tests/ModelsTests/Golden/inception.safetensors"), Values(45)
    with torch.no_grad():
        for form in ["fid", "torchvision"]:
            x, made = values.uniform(-1, 1, 1, 3, 80, 107), network(form)
            features = made(x)
            family.store(f"{form}/input", x.permute(0, 2, 3, 1), numpy.float16)
            family.store(f"{form}/features", features)
            family.cases[form] = "{}"
            print(form, features.shape, f"{features.min():.3g} to {features.max():.3g}, mean {features.mean():.3g}")
            if form == "fid":
                image = (values.uniform(0, 1, 1, 3, 37, 52) * 255).round()
                resized = F.interpolate(image / 255, size=(299, 299), mode="bilinear", align_corners=False)
                family.store("view/image", image.permute(0, 2, 3, 1), numpy.float16)
                family.store("view/features", made(2 * resized - 1))
                family.cases["view"] = "{}"
    family.write()
