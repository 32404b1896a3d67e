using Sheaf.Specs;
using Sheaf.Specs.Layers;
using Sheaf.Training.Randomness;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Layers;

/// <summary>
/// LSTM and GRU, place by place, with PyTorch's parameters. Not TorchSharp's modules: these draw first weights and dropout from the process-wide generator.
/// </summary>
internal sealed class RecurrentLayer : nn.Module<Tensor, Tensor>, ISelfDrawnLayer
{
    private readonly LayerSpec.Recurrent _spec;

    // TorchSharp registers modules and tensors that are fields under the fields' names; it leaves arrays alone.
    private readonly Part[] _parts;
    private readonly KeyedDropoutLayer[] _dropouts;

    /// <param name="dropouts">One between any two layers, or none.</param>
    public RecurrentLayer(int width, LayerSpec.Recurrent spec, IReadOnlyList<KeyedDropoutLayer> dropouts, Device device)
        : base(spec.GetType().Name)
    {
        (_spec, _dropouts) = (spec, [.. dropouts]);
        _parts = [.. spec.Parts(width).Select(part => new Part(
            Registered($"weight_ih_{part.Suffix}", spec.Gates * spec.Hidden, part.Inputs),
            Registered($"weight_hh_{part.Suffix}", spec.Gates * spec.Hidden, spec.Hidden),
            spec.Bias ? Registered($"bias_ih_{part.Suffix}", spec.Gates * spec.Hidden) : null,
            spec.Bias ? Registered($"bias_hh_{part.Suffix}", spec.Gates * spec.Hidden) : null))];
        for (var i = 0; i < _dropouts.Length; i++)
        {
            register_module($"dropout{i}", _dropouts[i]);
        }

        Parameter Registered(string name, params long[] shape)
        {
            var parameter = new Parameter(zeros(shape, device: device));
            register_parameter(name, parameter);
            return parameter;
        }
    }

    public void Draw(InitialisationSpec initialisation, KeyedRandom random)
    {
        foreach (var parameter in _parts.SelectMany(part => part.Parameters))
        {
            FirstDraw.FillUniform(parameter, 1 / Math.Sqrt(_spec.Hidden), random);
        }
    }

    public override Tensor forward(Tensor input)
    {
        // Places first, so that each is a tensor of its own without gaps.
        var states = input.transpose(0, 1);
        Tensor[] last = [];
        for (var layer = 0; layer < _spec.Layers; layer++)
        {
            states = layer > 0 && _dropouts.Length > 0 ? _dropouts[layer - 1].forward(states) : states;
            var below = states;
            var read = Enumerable.Range(0, _spec.Directions)
                .Select(direction => Read(_parts[(layer * _spec.Directions) + direction], below, backwards: direction == 1)).ToList();
            last = [.. read.Select((each, direction) => each[direction == 0 ? ^1 : 0])];
            states = read.Count == 1 ? stack(read[0]) : cat([.. read.Select(each => stack(each))], 2);
        }

        return _spec.Output == SequenceOutput.Sequence ? states.transpose(0, 1).contiguous() : last.Length == 1 ? last[0] : cat(last, 1);
    }

    /// <summary>The state [n, hidden] at each place.</summary>
    private Tensor[] Read(Part part, Tensor input, bool backwards)
    {
        // What depends on the input alone, for all places in one product.
        var gates = nn.functional.linear(input, part.OfInput, part.InputBias).unbind(0);
        var read = new Tensor[gates.Length];
        Tensor? state = null;
        Tensor? cell = null;
        for (var i = 0; i < gates.Length; i++)
        {
            var place = backwards ? gates.Length - 1 - i : i;
            state ??= zeros([input.size(1), _spec.Hidden], device: input.device);
            var ofState = nn.functional.linear(state, part.OfState, part.StateBias);
            if (_spec is LayerSpec.Lstm)
            {
                (state, cell) = Lstm(gates[place].add(ofState), cell);
            }
            else
            {
                state = Gru(gates[place], ofState, state);
            }

            read[place] = state;
        }

        return read;
    }

    private static (Tensor State, Tensor Cell) Lstm(Tensor gates, Tensor? cell)
    {
        var parts = gates.chunk(4, 1);
        var kept = parts[0].sigmoid().mul(parts[2].tanh());
        cell = cell is null ? kept : parts[1].sigmoid().mul(cell).add(kept);
        return (parts[3].sigmoid().mul(cell.tanh()), cell);
    }

    private static Tensor Gru(Tensor ofInput, Tensor ofState, Tensor state)
    {
        var (input, own) = (ofInput.chunk(3, 1), ofState.chunk(3, 1));
        var (reset, update) = (input[0].add(own[0]).sigmoid(), input[1].add(own[1]).sigmoid());
        var renewed = input[2].add(reset.mul(own[2])).tanh();
        return renewed.add(update.mul(state.sub(renewed)));
    }

    /// <summary>One direction of one layer.</summary>
    private sealed record Part(Parameter OfInput, Parameter OfState, Parameter? InputBias, Parameter? StateBias)
    {
        public IEnumerable<Parameter> Parameters => InputBias is null ? [OfInput, OfState] : [OfInput, OfState, InputBias, StateBias!];
    }
}
