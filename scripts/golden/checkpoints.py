"""Makes the files of weights that Tests/CheckpointsTests reads, small ones in every form that it should know or refuse.

    python3 -m venv venv
    venv/bin/pip install torch numpy safetensors packaging
    venv/bin/python scripts/golden/checkpoints.py

Writes into Tests/CheckpointsTests/Golden. The expected values are formulas that the tests repeat, or lie beside the file
as `<name>.expected.safetensors` in float32.
"""

from pathlib import Path

import torch
from safetensors.torch import save_file

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


def main():
    GOLDEN.mkdir(parents=True, exist_ok=True)
    metadata = {"format": "pt", "note": 'a "quoted" line\nand émigré 🎨'}
    save_file(every_type(), GOLDEN / "every-type.safetensors", metadata=metadata)


if __name__ == "__main__":
    main()
