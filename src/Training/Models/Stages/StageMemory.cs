using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Sheaf.Training.Models.Stages;

/// <summary>A tensor of floats for so many samples as were ever asked for; fewer use its beginning. Kept, so that no step allocates.</summary>
internal sealed unsafe class StageMemory(IReadOnlyList<int> sample) : IDisposable
{
    private readonly Dictionary<int, Tensor> _views = [];
    private readonly int _width = sample.Aggregate(1, (product, size) => product * size);
    private Tensor? _all;
    private int _samples;

    /// <summary>Shaped [samples, sample...]; what it holds is what was written last.</summary>
    public Tensor For(int samples)
    {
        if (samples > _samples)
        {
            Dispose();
            using var noGrad = no_grad();
            _all = zeros((long)samples * _width).DetachFromDisposeScope();
            _samples = samples;
        }

        if (!_views.TryGetValue(samples, out var view))
        {
            using var noGrad = no_grad();
            using var part = _all!.narrow(0, 0, (long)samples * _width);
            view = part.view([samples, .. sample.Select(size => (long)size)]).DetachFromDisposeScope();
            _views.Add(samples, view);
        }

        return view;
    }

    /// <summary>The first float of a contiguous tensor on the CPU.</summary>
    public static float* Of(Tensor tensor) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));

    public void Dispose()
    {
        foreach (var view in _views.Values)
        {
            view.Dispose();
        }

        _views.Clear();
        _all?.Dispose();
        (_all, _samples) = (null, 0);
    }
}
