"""What PyTorch itself computes: each line is NAME, a tab, and the bytes of a tensor in hex. PyTorchTests compares them with TorchSharp's, bit by bit."""
import hashlib
import struct

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.set_num_threads(1)


def content(values):
    return b"".join(v.detach().contiguous().numpy().tobytes() if torch.is_tensor(v) else struct.pack("<d", v) for v in values)


def put(name, *values, hashed=()):
    """`hashed` tensors are many: only their SHA-256 is printed."""
    data = content(values) + (hashlib.sha256(content(hashed)).digest() if hashed else b"")
    print(name, data.hex(), sep="\t")


def randoms():
    torch.manual_seed(7)
    put("rand", torch.rand(100))
    put("randn", torch.randn(1000))
    put("randint", torch.randint(3, 17, (50,)))
    put("randperm", torch.randperm(50))
    put("bernoulli", torch.empty(100).bernoulli_(0.3))
    put("generator", torch.rand(20, generator=torch.Generator().manual_seed(11)))
    put("tensor_random", torch.empty(20).normal_(1, 2), torch.empty(20).uniform_(-3, 4), torch.empty(20).exponential_(0.5))


def inits():
    for name, init in {
        "kaiming_uniform": lambda t: nn.init.kaiming_uniform_(t),
        "kaiming_normal": lambda t: nn.init.kaiming_normal_(t, mode="fan_out", nonlinearity="relu"),
        "xavier_uniform": lambda t: nn.init.xavier_uniform_(t, gain=1.5),
        "xavier_normal": lambda t: nn.init.xavier_normal_(t),
        "normal": lambda t: nn.init.normal_(t, 0.5, 2),
        "uniform": lambda t: nn.init.uniform_(t, -1, 3),
        "trunc_normal": lambda t: nn.init.trunc_normal_(t, 0.1, 0.7),
    }.items():
        torch.manual_seed(5)
        put("init." + name, init(torch.empty(6, 4, 3, 3)))


def layers():
    image, rows = (4, 6, 9, 9), (8, 12)
    for name, shape, make in [
        ("Linear", rows, lambda: nn.Linear(12, 5)),
        ("Conv2d", image, lambda: nn.Conv2d(6, 8, 3, stride=2, padding=1, groups=2)),
        ("Conv2d.same", image, lambda: nn.Conv2d(6, 4, 3, padding="same", bias=False)),
        ("Conv2d.reflect", image, lambda: nn.Conv2d(6, 4, 3, padding=2, padding_mode="reflect")),
        ("MaxPool2d", image, lambda: nn.MaxPool2d(3, stride=2, padding=1)),
        ("AvgPool2d", image, lambda: nn.AvgPool2d(2)),
        ("AdaptiveAvgPool2d", image, lambda: nn.AdaptiveAvgPool2d(4)),
        ("ReLU", rows, lambda: nn.ReLU()),
        ("Tanh", rows, lambda: nn.Tanh()),
        ("Sigmoid", rows, lambda: nn.Sigmoid()),
        ("GELU", rows, lambda: nn.GELU()),
        ("SiLU", rows, lambda: nn.SiLU()),
        ("ELU", rows, lambda: nn.ELU(0.7)),
        ("LeakyReLU", rows, lambda: nn.LeakyReLU(0.2)),
        ("Softplus", rows, lambda: nn.Softplus()),
        ("Softmax", rows, lambda: nn.Softmax(1)),
        ("LogSoftmax", rows, lambda: nn.LogSoftmax(1)),
        ("Dropout", rows, lambda: nn.Dropout(0.4)),
        ("Dropout2d", image, lambda: nn.Dropout2d(0.4)),
        ("Flatten", image, lambda: nn.Flatten()),
        ("Identity", rows, lambda: nn.Identity()),
        ("BatchNorm1d", rows, lambda: nn.BatchNorm1d(12)),
        ("BatchNorm2d", image, lambda: nn.BatchNorm2d(6, momentum=0.3)),
        ("LayerNorm", rows, lambda: nn.LayerNorm(12)),
        ("GroupNorm", image, lambda: nn.GroupNorm(3, 6)),
    ]:
        torch.manual_seed(3)
        layer = make()
        x = torch.randn(shape, requires_grad=True)
        y = layer(x)
        (y * torch.randn(y.shape)).sum().backward()
        put("layer." + name, y, x.grad, *[p.grad for p in layer.parameters()], *layer.buffers())
        layer.eval()
        put("layer.eval." + name, layer(x))
    torch.manual_seed(3)
    embedding = nn.Embedding(10, 4, padding_idx=2)
    y = embedding(torch.tensor([[1, 2], [7, 1]]))
    y.square().sum().backward()
    put("layer.Embedding", y, embedding.weight.grad)


def losses():
    for name, loss in {
        "cross_entropy": lambda x, c, t: F.cross_entropy(x, c),
        "cross_entropy.sum": lambda x, c, t: F.cross_entropy(x, c, reduction="sum", ignore_index=1),
        "cross_entropy.smooth": lambda x, c, t: F.cross_entropy(x, c, label_smoothing=0.1),
        "nll_loss": lambda x, c, t: F.nll_loss(F.log_softmax(x, 1), c),
        "mse_loss": lambda x, c, t: F.mse_loss(x, t),
        "l1_loss": lambda x, c, t: F.l1_loss(x, t),
        "huber_loss": lambda x, c, t: F.huber_loss(x, t, delta=0.5),
        "smooth_l1_loss": lambda x, c, t: F.smooth_l1_loss(x, t, beta=0.5),
        "binary_cross_entropy": lambda x, c, t: F.binary_cross_entropy(x.sigmoid(), t),
        "binary_cross_entropy_with_logits": lambda x, c, t: F.binary_cross_entropy_with_logits(x, t, reduction="sum"),
        "kl_div": lambda x, c, t: F.kl_div(F.log_softmax(x, 1), F.log_softmax(t, 1), log_target=True, reduction="sum"),
    }.items():
        torch.manual_seed(9)
        x, c, t = torch.randn(16, 5, requires_grad=True), torch.randint(0, 5, (16,)), torch.rand(16, 5)
        value = loss(x, c, t)
        value.backward()
        put("loss." + name, value, x.grad)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))


def mlp():
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def training():
    o = torch.optim
    optimizers = {
        "SGD": lambda p: o.SGD(p, lr=0.05),
        "SGD.momentum": lambda p: o.SGD(p, lr=0.05, momentum=0.9, weight_decay=1e-3),
        "SGD.nesterov": lambda p: o.SGD(p, lr=0.02, momentum=0.8, nesterov=True),
        "SGD.dampening": lambda p: o.SGD(p, lr=0.02, momentum=0.8, dampening=0.3),
        "Adam": lambda p: o.Adam(p, lr=1e-3),
        "Adam.decay": lambda p: o.Adam(p, lr=2e-3, betas=(0.8, 0.95), weight_decay=1e-2, amsgrad=True),
        "AdamW": lambda p: o.AdamW(p, lr=1e-3, weight_decay=0.05),
        "RMSProp": lambda p: o.RMSprop(p, lr=1e-3),
        "RMSProp.centered": lambda p: o.RMSprop(p, lr=1e-3, momentum=0.5, centered=True, weight_decay=1e-3),
        "Adagrad": lambda p: o.Adagrad(p, lr=1e-2, lr_decay=0.1, weight_decay=1e-3, initial_accumulator_value=0.2),
    }
    for model in (lenet, mlp):
        for name, make in optimizers.items():
            torch.manual_seed(1)
            net = model()
            if name == "SGD":
                put(f"weights.{model.__name__}", hashed=list(net.parameters()))
            optimizer = make(net.parameters())
            losses = []
            for step in range(20 if model is lenet or name == "SGD.momentum" else 5):
                x, y = torch.randn(32, 1, 28, 28), torch.randint(0, 10, (32,))
                optimizer.zero_grad()
                loss = F.cross_entropy(net(x), y)
                loss.backward()
                if step == 0 and name == "SGD":
                    put(f"gradients.{model.__name__}", hashed=[p.grad for p in net.parameters()])
                optimizer.step()
                losses.append(loss)
            put(f"train.{model.__name__}.{name}", *losses, hashed=list(net.parameters()))


def schedules():
    s = torch.optim.lr_scheduler
    for name, make in {
        "StepLR": lambda o: s.StepLR(o, 4, 0.5),
        "MultiStepLR": lambda o: s.MultiStepLR(o, [3, 9, 10], 0.3),
        "ExponentialLR": lambda o: s.ExponentialLR(o, 0.9),
        "PolynomialLR": lambda o: s.PolynomialLR(o, 12, 2.0),
        "CosineAnnealingLR": lambda o: s.CosineAnnealingLR(o, 7, 0.01),
        "LinearLR": lambda o: s.LinearLR(o, 0.25, 1.0, 8),
        "ConstantLR": lambda o: s.ConstantLR(o, 0.5, 6),
        "LambdaLR": lambda o: s.LambdaLR(o, lambda e: 1 / (1 + e)),
        "MultiplicativeLR": lambda o: s.MultiplicativeLR(o, lambda e: 0.95),
        "OneCycleLR": lambda o: s.OneCycleLR(o, 0.5, total_steps=30),
        "OneCycleLR.linear": lambda o: s.OneCycleLR(o, 0.5, epochs=5, steps_per_epoch=6, anneal_strategy="linear", three_phase=True),
    }.items():
        optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1, momentum=0.9)
        scheduler = make(optimizer)
        rates = []
        for _ in range(25):
            optimizer.step()
            scheduler.step()
            rates += [optimizer.param_groups[0]["lr"], optimizer.param_groups[0]["momentum"]]
        put("schedule." + name, *rates)
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
    scheduler = s.ReduceLROnPlateau(optimizer, factor=0.5, patience=2, cooldown=1, min_lr=0.01)
    rates = []
    for i in range(30):
        scheduler.step(1.0 / (1 + min(i, 5)))
        rates.append(optimizer.param_groups[0]["lr"])
    put("schedule.ReduceLROnPlateau", *rates)


def clipping():
    torch.manual_seed(4)
    net = nn.Linear(20, 30)
    net(torch.randn(10, 20)).square().sum().backward()
    norm = nn.utils.clip_grad_norm_(net.parameters(), 1.5)
    put("clip", norm, *[p.grad for p in net.parameters()])


for section in (randoms, inits, layers, losses, training, schedules, clipping):
    section()
