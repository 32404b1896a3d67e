namespace TorchSharp.Modules;

/// <summary>A tensor that is trained. Takes over the content and the dispose scope of the tensor that it is made from, which is empty afterwards.</summary>
public class Parameter : torch.Tensor
{
    public Parameter(torch.Tensor data, bool requires_grad = true) : this(data, data.Scope, requires_grad)
    {
    }

    private Parameter(torch.Tensor data, DisposeScope scope, bool requires_grad) : base(torch.nn.Leaf(data))
    {
        MoveToOtherDisposeScope(scope);
        this.requires_grad = requires_grad;
    }
}
