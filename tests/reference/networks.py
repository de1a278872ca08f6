#!/usr/bin/python3
"""Writes networks.json: loss and gradients of five small networks by PyTorch, which shares no code with us.

    /usr/bin/python3 tests/reference/networks.py        (Debian: python3-torch, CPU)

The parameters stand in plumbline's order: each layer's weights (inputs, outputs) row-major, biases, prelu slopes. They
are multiples of 1/64 and cells of x of 1/32, so that float32 and float64 start from the same numbers.
"""

import json
import pathlib

import torch

NETWORKS = [  # name, widths, activation, loss
    ("relu_softmax", [4, 8, 3], "relu", "softmax"),
    ("tanh_squared", [5, 7, 6, 1], "tanh", "squared"),
    ("softplus_logistic", [3, 10, 1], "softplus", "logistic"),
    ("elu_softmax", [6, 9, 5, 4], "elu", "softmax"),
    ("prelu_multilabel", [4, 6, 6, 2], "prelu", "multilabel"),
]
ROWS = 12


def draw(generator, shape, unit):
    return torch.randint(-64, 65, shape, generator=generator).double() * unit


def parameters_of(widths, activation, generator):
    parts = []
    for i, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
        parts += [draw(generator, (inputs, outputs), 1 / 64), draw(generator, (outputs,), 1 / 64)]
        if activation == "prelu" and i + 2 < len(widths):
            parts.append(draw(generator, (outputs,), 1 / 256).abs())
    return parts


def activate(activation, h, slopes):
    functions = torch.nn.functional
    return {
        "relu": lambda: torch.relu(h),
        "tanh": lambda: torch.tanh(h),
        "softplus": lambda: functions.softplus(h, threshold=100),
        "elu": lambda: functions.elu(h),
        "prelu": lambda: torch.where(h > 0, h, h * slopes),
    }[activation]()


def loss_of(loss, eta, y):
    functions = torch.nn.functional
    if loss == "softmax":
        return functions.cross_entropy(eta, y.long())
    if loss == "squared":
        return 0.5 * ((eta[:, 0] - y) ** 2).mean()
    terms = functions.binary_cross_entropy_with_logits(eta, y.reshape(eta.shape).to(eta.dtype), reduction="none")
    return terms.sum(dim=1).mean()


def targets(loss, outputs, generator):
    if loss == "squared":
        return draw(generator, (ROWS,), 1 / 32)
    if loss == "softmax":
        return torch.randint(0, outputs, (ROWS,), generator=generator).double()
    return torch.randint(0, 2, (ROWS, outputs), generator=generator).double()


def evaluate(case, parts, dtype):
    parts = [p.to(dtype).clone().requires_grad_(True) for p in parts]
    h, at = case["x"].to(dtype), iter(parts)
    widths = case["widths"]
    for i in range(len(widths) - 1):
        h = h @ next(at) + next(at)
        if i + 2 < len(widths):
            h = activate(case["activation"], h, next(at) if case["activation"] == "prelu" else None)
    value = loss_of(case["loss"], h, case["y"].to(dtype))
    value.backward()
    return {"loss": float(value), "gradient": [float(g) for p in parts for g in p.grad.reshape(-1)]}


def main():
    cases = []
    for number, (name, widths, activation, loss) in enumerate(NETWORKS):
        generator = torch.Generator().manual_seed(number)
        case = {"name": name, "widths": widths, "activation": activation, "loss": loss,
                "x": draw(generator, (ROWS, widths[0]), 1 / 32), "y": targets(loss, widths[-1], generator)}
        parts = parameters_of(widths, activation, generator)
        results = {"f32": evaluate(case, parts, torch.float32), "f64": evaluate(case, parts, torch.float64)}
        flat = {"x": case["x"].reshape(-1).tolist(), "y": case["y"].reshape(-1).tolist(),
                "parameters": [float(v) for p in parts for v in p.reshape(-1)]}
        cases.append({**case, **flat, **results})
    path = pathlib.Path(__file__).with_name("networks.json")
    lines = ",\n".join(json.dumps(case) for case in cases)
    path.write_text(f'{{"torch": "{torch.__version__}", "rows": {ROWS}, "networks": [\n{lines}\n]}}\n')


if __name__ == "__main__":
    main()
