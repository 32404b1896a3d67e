"""Scripts two models for TorchScriptTests, and trains the one without dropout as Sheaf is to."""
import json
import sys

import torch

torch.set_num_threads(1)
given = json.load(sys.stdin)
torch.manual_seed(3)


class Net(torch.nn.Module):
    def __init__(self, dropout: float):
        super().__init__()
        self.first = torch.nn.Linear(2, 8)
        self.norm = torch.nn.BatchNorm1d(8)
        self.dropout = torch.nn.Dropout(dropout)
        self.last = torch.nn.Linear(8, 3)
        self.register_buffer("scale", torch.tensor([1.0, 2.0, 0.5]))

    def forward(self, x):
        return self.last(self.dropout(torch.relu(self.norm(self.first(x))))) * self.scale


torch.jit.script(Net(0.4)).save(given["dropout"])
net = Net(0.0)
torch.jit.script(net).save(given["plain"])
torch.save(net.state_dict(), given["state"])

rows, classes = torch.tensor(given["rows"]), torch.tensor(given["classes"])
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
net.train()
for _ in range(given["steps"]):
    optimizer.zero_grad()
    torch.nn.functional.cross_entropy(net(rows), classes).backward()
    optimizer.step()

print(json.dumps({name: value.double().flatten().tolist() for name, value in net.state_dict().items()}))
