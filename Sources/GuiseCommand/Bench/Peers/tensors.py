"""Reading the files that guise wrote, and comparing tensors."""

import json

import torch


def read_tensors(name):
    """A safetensors file of float32 tensors."""
    with open(f"{name}.safetensors", "rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
        values = torch.frombuffer(bytearray(file.read()), dtype=torch.float32)
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        begin, end = (offset // 4 for offset in entry["data_offsets"])
        tensors[name] = values[begin:end].reshape(entry["shape"]).clone()
    return tensors


def channels_first(tensor):
    """Images [N, H, W, C] as [N, C, H, W]; others as they are."""
    return tensor.permute(0, 3, 1, 2).contiguous() if tensor.dim() == 4 else tensor


def wait(device):
    """Until the device has computed everything."""
    if device != "cpu":
        torch.cuda.synchronize()


def distance(output, reference):
    """The largest; None if a value is not a number."""
    largest = (output.double().reshape(reference.shape) - reference.double()).abs().max().item()
    return largest if largest < float("inf") else None
