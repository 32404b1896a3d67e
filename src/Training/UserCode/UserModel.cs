using Sheaf.Sdk;
using Sheaf.Specs;
using Sheaf.Training.Data;
using static TorchSharp.torch;

namespace Sheaf.Training.UserCode;

/// <summary>Makes a user's model.</summary>
internal static class UserModel
{
    /// <summary>Whoever makes a model draws its first weights from the process's one generator.</summary>
    private static readonly Lock Generator = new();

    /// <summary>What a model is told of the rows.</summary>
    public static ModelInput InputOf(DataFacts facts) => new() { Shape = facts.Shape, Classes = facts.Classes, Targets = facts.TargetWidth };

    /// <summary>With the first weights that the seed gives, on the CPU; it owns its tensors.</summary>
    /// <exception cref="UserCodeException">It is no model, or cannot be made.</exception>
    public static nn.Module<Tensor, Tensor> Build(UserClass user, Packages packages, ModelInput input, long seed)
    {
        var type = packages.Load(user);
        lock (Generator)
        {
            manual_seed(seed);
            var made = Packages.Make(type, user.Arguments, input);
            if (made is IModelFactory factory)
            {
                try
                {
                    made = factory.Create(input);
                }
                catch (Exception e) when (e is not (UserCodeException or OutOfMemoryException))
                {
                    throw new UserCodeException($"{user.Type}.Create failed: {Causes.Of(e)}", e);
                }
            }

            return made as nn.Module<Tensor, Tensor>
                ?? throw new UserCodeException($"{user.Type} is no nn.Module<Tensor, Tensor> and no IModelFactory: derive it from one, or name another class.");
        }
    }
}
