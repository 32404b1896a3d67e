"""The weights after each step of each optimizer. Input: {weights, gradients: [of a step], optimizers: [expression over p]}; output: [[weights after a step] of an optimizer]."""
import json
import sys

import torch
from torch.optim import *  # noqa: F403  (the expressions name them)



class NAdam(Optimizer):  # noqa: F405
    """As in torch 2: torch 1.13 multiplies mu_product by mu a second time for the next step's product."""

    def __init__(self, params, lr=2e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0, momentum_decay=4e-3):
        super().__init__(params, dict(lr=lr, betas=betas, eps=eps, weight_decay=weight_decay, momentum_decay=momentum_decay))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                state = self.state[p]
                if not state:
                    state.update(step=0, mu_product=1.0, mean=torch.zeros_like(p), square=torch.zeros_like(p))
                state["step"] += 1
                step, grad = state["step"], p.grad.add(p, alpha=group["weight_decay"])
                mu, following = (beta1 * (1 - 0.5 * 0.96 ** (t * group["momentum_decay"])) for t in (step, step + 1))
                state["mu_product"] *= mu
                state["mean"].mul_(beta1).add_(grad, alpha=1 - beta1)
                state["square"].mul_(beta2).addcmul_(grad, grad, value=1 - beta2)
                denominator = state["square"].div(1 - beta2 ** step).sqrt().add_(group["eps"])
                p.addcdiv_(grad, denominator, value=-group["lr"] * (1 - mu) / (1 - state["mu_product"]))
                p.addcdiv_(state["mean"], denominator, value=-group["lr"] * following / (1 - state["mu_product"] * following))


given = json.load(sys.stdin)
results = []
for expression in given["optimizers"]:
    weights = torch.nn.Parameter(torch.tensor(given["weights"]))
    p = [weights]
    optimizer = eval(expression)
    after = []
    for gradient in given["gradients"]:
        weights.grad = torch.tensor(gradient)
        optimizer.step()
        after.append(weights.tolist())
    results.append(after)
json.dump(results, sys.stdout)
