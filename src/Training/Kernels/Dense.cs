using System.Numerics.Tensors;
using Sheaf.Training.Collectives;

namespace Sheaf.Training.Kernels;

/// <summary>
/// x Wᵀ + b for the rows of a batch, and its gradients, with W as PyTorch keeps it: [outputs, inputs]. Many rows are taken in pieces that stay in the
/// second-level cache; the gradient of W is the sum of the pieces' sums.
/// </summary>
internal sealed unsafe class Dense : IDisposable
{
    private const int Piece = 64;

    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int[] _rowsOfWeight;
    private readonly float[] _biases;
    private int[] _rowsOfInput = [];
    private NativeBuffer _masked = new(0);
    private NativeBuffer? _weightGradient;

    public Dense(int inputs, int outputs)
    {
        (_inputs, _outputs) = (inputs, outputs);
        _biases = new float[outputs];
        _rowsOfWeight = [.. Enumerable.Range(0, outputs).Select(output => output * inputs)];
    }

    /// <param name="bias">Null: none.</param>
    /// <param name="rectify">What is not above zero becomes zero.</param>
    public void Forward(float* input, float* weight, float* bias, float* output, int samples, bool rectify)
    {
        for (var sample = 0; sample < samples; sample++)
        {
            var row = new Span<float>(output + ((nint)sample * _outputs), _outputs);
            if (bias is null)
            {
                row.Clear();
            }
            else
            {
                new ReadOnlySpan<float>(bias, _outputs).CopyTo(row);
            }
        }

        fixed (int* rows = _rowsOfWeight)
        {
            for (var first = 0; first < samples; first += Piece)
            {
                var from = input + ((nint)first * _inputs);
                var to = output + ((nint)first * _outputs);
                DotProducts.Add(from, _inputs, weight, rows, _outputs, _inputs, 1, 0, 0, to, _outputs, Math.Min(Piece, samples - first));
            }
        }

        if (rectify)
        {
            Rows.Copy(output, 0, output, 0, 1, checked(samples * _outputs), rectify: true);
        }
    }

    /// <param name="output">What <see cref="Forward"/> gave; only used where it rectified.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="biasGradient">Null: none.</param>
    /// <param name="inputGradient">Null: not wanted.</param>
    /// <param name="add">The gradients of weight and bias are added to what is there, each once.</param>
    public void Backward(
        float* input, float* weight, float* output, float* gradient, float* weightGradient, float* biasGradient, float* inputGradient, int samples,
        bool rectified, bool add)
    {
        Prepare(samples);
        fixed (int* rowsOfInput = _rowsOfInput, rowsOfWeight = _rowsOfWeight)
        fixed (float* masked = _masked.GetSpan())
        {
            if (rectified)
            {
                Rows.Mask(gradient, output, 0, masked, 0, 1, samples * _outputs);
                gradient = masked;
            }

            WeightGradient(gradient, input, rowsOfInput, weightGradient, samples, add);
            if (inputGradient is not null)
            {
                WeightedRows.Compute(gradient, _outputs, 1, weight, rowsOfWeight, _outputs, null, inputGradient, _inputs, samples, _inputs, add: false);
            }

            if (biasGradient is not null)
            {
                var total = _biases.AsSpan();
                total.Clear();
                for (var sample = 0; sample < samples; sample++)
                {
                    TensorPrimitives.Add(total, new ReadOnlySpan<float>(gradient + ((nint)sample * _outputs), _outputs), total);
                }

                Rows.Put(total, new(biasGradient, _outputs), add);
            }
        }
    }

    public void Dispose()
    {
        ((IDisposable)_masked).Dispose();
        ((IDisposable?)_weightGradient)?.Dispose();
    }

    private void WeightGradient(float* gradient, float* input, int* rowsOfInput, float* weightGradient, int samples, bool add)
    {
        if (samples <= Piece)
        {
            WeightedRows.Compute(gradient, 1, _outputs, input, rowsOfInput, samples, null, weightGradient, _inputs, _outputs, _inputs, add);
            return;
        }

        _weightGradient ??= new(_outputs * _inputs);
        fixed (float* sum = _weightGradient.GetSpan())
        {
            for (var first = 0; first < samples; first += Piece)
            {
                var given = gradient + ((nint)first * _outputs);
                var from = input + ((nint)first * _inputs);
                WeightedRows.Compute(
                    given, 1, _outputs, from, rowsOfInput, Math.Min(Piece, samples - first), null, sum, _inputs, _outputs, _inputs, add: first > 0);
            }
        }

        Rows.Put(_weightGradient.GetSpan(), new(weightGradient, _weightGradient.Length), add);
    }

    private void Prepare(int samples)
    {
        if (_rowsOfInput.Length < samples)
        {
            _rowsOfInput = [.. Enumerable.Range(0, samples).Select(sample => checked(sample * _inputs))];
            ((IDisposable)_masked).Dispose();
            _masked = new(checked(samples * _outputs));
        }
    }
}
