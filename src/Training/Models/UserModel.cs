using Sheaf.Sdk;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.UserCode;
using TorchSharp;
using static TorchSharp.torch;

namespace Sheaf.Training.Models;

/// <summary>Makes a user's model.</summary>
internal static class UserModel
{
    /// <summary>Held while libtorch's generator is seeded and drawn from: there is one for the whole process.</summary>
    public static Lock Generator { get; } = new();

    /// <summary>With its first weights: those that the seed gives, or those in the file. It owns its tensors.</summary>
    /// <exception cref="UserCodeException">It is no model, or cannot be made.</exception>
    public static nn.Module<Tensor, Tensor> Build(ExperimentSpec spec, Packages packages, DataFacts facts, Device device)
    {
        var model = Made(spec, packages, facts, device);
        foreach (var (_, parameter) in model.named_parameters().Where(named => spec.IsFrozen(named.name)))
        {
            parameter.requires_grad = false;
        }

        return model;
    }

    private static nn.Module<Tensor, Tensor> Made(ExperimentSpec spec, Packages packages, DataFacts facts, Device device) => spec.Model switch
    {
        ModelSpec.OfClass { Class: var user } => OfClass(user, packages, new()
        {
            Shape = facts.Shape, Classes = facts.Classes,
            Targets = facts.TargetWidth
        }, spec.Seed).to(device),
        ModelSpec.TorchScript script => ScriptedModel.Load(script, packages, device),
        _ => throw new ArgumentException("The model is layers.", nameof(spec)),
    };

    private static nn.Module<Tensor, Tensor> OfClass(UserClass user, Packages packages, ModelInput input, long seed)
    {
        var loaded = packages.Load(user);
        lock (Generator)
        {
            manual_seed(seed);
            var made = Packages.Make(loaded, user.Arguments, input);
            if (made is IModelFactory factory)
            {
                try
                {
                    made = factory.Create(input);
                    loaded.Context.LiveWith(made);
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
