using Sheaf.Training.Collectives;

namespace Sheaf.Training.Kernels;

/// <summary>
/// A two-dimensional convolution with stride 1 and its gradients, image by image, so that what it works on stays in the first-level caches: for few channels,
/// where libtorch's take several times as long. An image lies in scratch memory with its padding, one row after the other, and a tap of the kernel is an offset
/// in it; an output has the same distance between rows, and its surplus columns are left out when it is taken from there. Gradients of outputs have zeros in
/// those columns.
/// </summary>
internal sealed unsafe class Convolution : IDisposable
{
    private readonly int _inputs;
    private readonly int _outputs;
    private readonly int _height;
    private readonly int _width;
    private readonly int _padding;
    private readonly int _pitch;
    private readonly int _plane;
    private readonly int _span;
    private readonly int _gap;
    private readonly int _taps;
    private readonly int _group;
    private readonly NativeBuffer _image;
    private readonly NativeBuffer _result;
    private readonly NativeBuffer _given;
    private readonly NativeBuffer _weightGradient;
    private readonly NativeBuffer _turned;
    private readonly int[] _places;
    private readonly int[] _sources;

    /// <param name="height">Of an input image.</param>
    public Convolution(int inputs, int outputs, int kernel, int padding, int height, int width)
    {
        (_inputs, _outputs, _height, _width, _padding) = (inputs, outputs, height, width, padding);
        (OutputHeight, OutputWidth) = (height + (2 * padding) - kernel + 1, width + (2 * padding) - kernel + 1);
        _pitch = width + (2 * padding);
        _plane = _pitch * (height + (2 * padding));
        _span = ((OutputHeight - 1) * _pitch) + OutputWidth;
        _taps = inputs * kernel * kernel;

        // Before and behind each plane of given gradients, as many zeros as a tap reaches.
        _gap = ((kernel - 1) * _pitch) + kernel - 1;
        _group = Math.Clamp(6144 / ((inputs + outputs) * _plane), 1, 4);
        _image = new(_group * inputs * _plane + 2 * WeightedRows.Wide);
        _result = new(Math.Max(outputs * Round(_span), inputs * Round(_plane)));
        _given = new(_group * outputs * (_gap + Round(_plane)) + _gap + WeightedRows.Wide);
        _weightGradient = new(outputs * _taps);
        _turned = new(outputs * _taps);
        _places = new int[_taps];
        _sources = new int[outputs * kernel * kernel];
        for (var (tap, channel) = (0, 0); channel < inputs; channel++)
        {
            for (var place = 0; place < kernel * kernel; place++, tap++)
            {
                _places[tap] = (channel * _plane) + (place / kernel * _pitch) + (place % kernel);
            }
        }

        for (var (term, channel) = (0, 0); channel < outputs; channel++)
        {
            for (var place = 0; place < kernel * kernel; place++, term++)
            {
                _sources[term] = _gap + (channel * GivenPlane) - (place / kernel * _pitch) - (place % kernel);
            }
        }
    }

    public int OutputHeight { get; }

    public int OutputWidth { get; }

    /// <summary>From the beginning of a padded plane to its first value.</summary>
    private int Margin => (_padding * _pitch) + _padding;

    private int GivenPlane => _gap + Round(_plane);

    private int OutputSize => _outputs * OutputHeight * OutputWidth;

    private int InputSize => _inputs * _height * _width;

    /// <param name="bias">Null: none.</param>
    /// <param name="rectify">What is not above zero becomes zero.</param>
    public void Forward(float* input, float* weight, float* bias, float* output, int images, bool rectify)
    {
        fixed (int* places = _places)
        fixed (float* image = _image.GetSpan(), result = _result.GetSpan())
        {
            var length = Round(_span);
            for (var i = 0; i < images; i++, input += InputSize, output += OutputSize)
            {
                TakeImage(input, image);
                WeightedRows.Compute(weight, _taps, 1, image, places, _taps, bias, result, length, _outputs, length, add: false);
                for (var channel = 0; channel < _outputs; channel++)
                {
                    Rows.Copy(
                        result + (channel * length), _pitch, output + (channel * OutputHeight * OutputWidth), OutputWidth, OutputHeight, OutputWidth, rectify);
                }
            }
        }
    }

    /// <param name="output">What <see cref="Forward"/> gave; only used where it rectified.</param>
    /// <param name="gradient">Of the output.</param>
    /// <param name="weightGradient">Takes the sum over all images.</param>
    /// <param name="biasGradient">Null: none.</param>
    /// <param name="inputGradient">Null: not wanted.</param>
    /// <param name="add">The gradients of weight and bias are added to what is there, each once.</param>
    public void Backward(
        float* input, float* weight, float* output, float* gradient, float* weightGradient, float* biasGradient, float* inputGradient, int images,
        bool rectified, bool add)
    {
        Span<float> biases = stackalloc float[biasGradient is null ? 0 : _outputs];
        biases.Clear();
        _weightGradient.GetSpan().Clear();
        if (inputGradient is not null)
        {
            Turn(weight);
        }

        fixed (int* places = _places, sources = _sources)
        fixed (
            float* image = _image.GetSpan(), given = _given.GetSpan(), sums = _weightGradient.GetSpan(), turned = _turned.GetSpan(), result = _result.GetSpan())
        {
            for (var first = 0; first < images; first += _group)
            {
                var count = Math.Min(_group, images - first);
                for (var i = 0; i < count; i++)
                {
                    TakeImage(input + ((first + i) * (nint)InputSize), image + (i * _inputs * _plane));
                    var from = (first + i) * (nint)OutputSize;
                    TakeGradient(gradient + from, rectified ? output + from : null, given + (i * _outputs * GivenPlane), biases);
                }

                DotProducts.Add(given + _gap, GivenPlane, image, places, _taps, _span, count, _outputs * GivenPlane, _inputs * _plane, sums, _taps, _outputs);
                for (var i = 0; inputGradient is not null && i < count; i++)
                {
                    var length = Round(_plane);
                    WeightedRows.Compute(
                        turned, 1, _inputs, given + (i * _outputs * GivenPlane), sources, _sources.Length, null, result, length, _inputs, length, add: false);
                    PutImage(result, length, inputGradient + ((first + i) * (nint)InputSize));
                }
            }
        }

        Rows.Put(_weightGradient.GetSpan(), new(weightGradient, _weightGradient.Length), add);
        if (biasGradient is not null)
        {
            Rows.Put(biases, new(biasGradient, _outputs), add);
        }
    }

    public void Dispose()
    {
        foreach (IDisposable buffer in new[] { _image, _result, _given, _weightGradient, _turned })
        {
            buffer.Dispose();
        }
    }

    private static int Round(int length) => (length + WeightedRows.Wide - 1) / WeightedRows.Wide * WeightedRows.Wide;

    /// <summary>The padding around it is zero from the beginning.</summary>
    private void TakeImage(float* input, float* image)
    {
        if (_padding == 0)
        {
            Buffer.MemoryCopy(input, image, InputSize * sizeof(float), InputSize * sizeof(float));
            return;
        }

        for (var channel = 0; channel < _inputs; channel++)
        {
            Rows.Copy(input + (channel * _height * _width), _width, image + (channel * _plane) + Margin, _pitch, _height, _width, rectify: false);
        }
    }

    private void PutImage(float* result, int length, float* input)
    {
        for (var channel = 0; channel < _inputs; channel++)
        {
            Rows.Copy(result + (channel * length) + Margin, _pitch, input + (channel * _height * _width), _width, _height, _width, rectify: false);
        }
    }

    private void TakeGradient(float* gradient, float* output, float* given, Span<float> biases)
    {
        for (var channel = 0; channel < _outputs; channel++)
        {
            var from = channel * OutputHeight * OutputWidth;
            var sum = Rows.Mask(
                gradient + from, output is null ? null : output + from, OutputWidth, given + _gap + (channel * GivenPlane), _pitch, OutputHeight, OutputWidth);
            if (!biases.IsEmpty)
            {
                biases[channel] += sum;
            }
        }
    }

    /// <summary>From [output, input, tap] to [output, tap, input].</summary>
    private void Turn(float* weight)
    {
        var turned = _turned.GetSpan();
        var taps = _taps / _inputs;
        for (var output = 0; output < _outputs; output++)
        {
            for (var input = 0; input < _inputs; input++)
            {
                for (var tap = 0; tap < taps; tap++)
                {
                    turned[(((output * taps) + tap) * _inputs) + input] = *weight++;
                }
            }
        }
    }
}
