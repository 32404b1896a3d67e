using System.Runtime.InteropServices;
using Sheaf.Specs;
using Sheaf.Training.Data;
using Sheaf.Training.Models;
using Sheaf.Training.UserCode;
using static TorchSharp.torch;

namespace Sheaf.Training.Trials;

/// <summary>
/// Looks at a user's model: how it is built, and what one batch of rows does to it. Whatever is wrong is added to the problems; what cannot be looked at
/// throws.
/// </summary>
internal sealed class ModelProbe(Packages packages, DataBundle data, ExperimentSpec spec, ICollection<string> problems)
{
    private readonly string _name = spec.Model.UserName!;

    /// <summary>The model, built twice; the second is disposed of. Null, with problems added, where it cannot be trained.</summary>
    public nn.Module<Tensor, Tensor>? Build()
    {
        var before = problems.Count;
        var model = UserModel.Build(spec, packages, data.Facts, CPU);
        foreach (var field in UnregisteredLayers.Of(model))
        {
            problems.Add(
                $"model: {field} holds layers that are not registered, so they would be neither trained nor saved: call RegisterComponents() at the end of the "
                    + "constructor, and use ModuleList in place of an array or a list.");
        }

        var parameters = model.named_parameters().ToList();
        foreach (var (name, parameter) in parameters.Where(each => each.parameter.dtype != ScalarType.Float32))
        {
            problems.Add($"model: the parameter '{name}' is {parameter.dtype}; only Float32 is trained.");
        }

        foreach (var (name, parameter) in parameters.Where(each => each.parameter.device_type != TorchSharp.DeviceType.CPU))
        {
            problems.Add($"model: the parameter '{name}' is on {parameter.device_type}; make the model on the CPU, Sheaf moves it to the worker's device.");
        }

        if (!parameters.Exists(each => each.parameter.requires_grad))
        {
            problems.Add($"model: {_name} has no parameter to "
                + $"train{(parameters.Count == 0 && spec.Model is ModelSpec.OfClass ? "; does its constructor call RegisterComponents()?" : ".")}");
        }

        using var again = UserModel.Build(spec, packages, data.Facts, CPU);
        if (!Same(model, again))
        {
            problems.Add(
                $"model: {_name}, built twice with one seed, has other weights or buffers the second time: draw them with TorchSharp's functions, which "
                    + $"follow the "
                    + "experiment's seed, not with System.Random, the clock or a file.");
        }

        return problems.Count == before ? model : null;
    }

    /// <summary>What a forward pass in training makes of <paramref name="features"/>, and changes.</summary>
    /// <param name="output">Belongs to the caller's dispose scope.</param>
    public UserModelFacts Facts(nn.Module<Tensor, Tensor> model, Tensor features, out Tensor output)
    {
        var buffers = model.named_buffers().ToList();
        var kept = buffers.ConvertAll(each => each.buffer.bytes.ToArray());
        model.train();
        manual_seed(spec.Seed);
        var untouched = Drawn();
        manual_seed(spec.Seed);
        output = model.forward(features).contiguous();
        var draws = !Drawn().Equals(untouched);
        if (output.shape is not [var rows, _, ..] || rows != features.shape[0])
        {
            throw new UserCodeException(
                $"{_name} gave [{string.Join(", ", output.shape)}] for {features.shape[0]} samples; the first dimension must be the samples', and another "
                    + $"follow.");
        }

        if (output.dtype != ScalarType.Float32)
        {
            problems.Add($"model: {_name} gives {output.dtype}; Float32 is needed.");
        }

        var after = model.named_buffers().ToList();
        foreach (var (name, _) in after.Where((each, place) => IsFloat(each.buffer) && Address(each.buffer) != Address(buffers[place].buffer)))
        {
            problems.Add($"model: the forward pass puts a new tensor in the place of the buffer '{name}': change it in place (copy_, add_).");
        }

        var changed = after.Where((each, place) => !each.buffer.bytes.SequenceEqual(kept[place])).ToList();
        foreach (var (name, buffer) in changed.Where(each => !IsFloat(each.buffer) && !IsCounter(each.buffer)))
        {
            problems.Add($"model: the forward pass changes the buffer '{name}' of {buffer.dtype}; only Float32 buffers and single Int64 counters may change.");
        }

        return new()
        {
            Draws = draws,
            Output = [.. output.shape.Skip(1).Select(size => checked((int)size))],
            Parameters = [.. FlatModel.Once(model.named_parameters().Where(each => each.parameter.requires_grad
                || spec.IsFrozen(each.name))).Select(each => Planned(each.name, each.parameter))],
            Buffers = [.. changed.Where(each => IsFloat(each.buffer)).Select(each => Planned(each.name, each.buffer))],
            Counters = [.. changed.Where(each => IsCounter(each.buffer)).Select(each => each.name)],
        };
    }

    /// <summary>Adds a problem where a shard of so few samples leaves statistics that are not finite.</summary>
    public void Smallest(nn.Module<Tensor, Tensor> model, Tensor features)
    {
        using var output = model.forward(features);
        foreach (var (name, _) in model.named_buffers().Where(each => IsFloat(each.buffer) && each.buffer.isnan().any().item<bool>()))
        {
            var count = features.shape[0];
            problems.Add(
                $"model: on {(count == 1 ? "one sample" : $"{count} samples")}, as many as the smallest shard of a batch has, '{name}' becomes NaN: a norm "
                    + $"over the samples "
                    + $"needs 2. Choose batch_size and shards so that every batch, the last of an epoch included, has at least {2 * spec.Shards} samples.");
        }
    }

    /// <summary>Adds a problem where two evaluations of the same rows differ.</summary>
    public void Evaluate(nn.Module<Tensor, Tensor> model, Tensor features)
    {
        model.eval();
        using (no_grad())
        {
            using var first = model.forward(features).contiguous();
            using var second = model.forward(features).contiguous();
            if (!first.bytes.SequenceEqual(second.bytes))
            {
                problems.Add($"model: {_name} gives other values for the same rows when it evaluates a second time: it draws random numbers, or keeps "
                    + $"something in a field.");
            }
        }

        model.train();
    }

    private static bool Same(nn.Module<Tensor, Tensor> one, nn.Module<Tensor, Tensor> other)
    {
        var (mine, others) = (Tensors(one).ToList(), Tensors(other).ToList());
        return mine.Count == others.Count && mine.Zip(others).All(
            pair => pair.First.Name == pair.Second.Name && pair.First.Tensor.shape.SequenceEqual(pair.Second.Tensor.shape)
                && pair.First.Tensor.bytes.SequenceEqual(pair.Second.Tensor.bytes));
    }

    private static IEnumerable<(string Name, Tensor Tensor)> Tensors(nn.Module model) =>
        model.named_parameters().Select(each => (each.name, (Tensor)each.parameter)).Concat(model.named_buffers().Select(each => (each.name, each.buffer)));

    private static float Drawn()
    {
        using var drawn = rand(1);
        return MemoryMarshal.Cast<byte, float>(drawn.bytes)[0];
    }

    private static nint Address(Tensor tensor) => tensor.storage<float>().data_ptr();

    private static bool IsFloat(Tensor buffer) => buffer.dtype == ScalarType.Float32;

    private static bool IsCounter(Tensor buffer) => buffer.dtype == ScalarType.Int64 && buffer.numel() == 1;

    private static PlannedTensor Planned(string name, Tensor tensor) => new(name, [.. tensor.shape.Select(size => checked((int)size))]);
}
