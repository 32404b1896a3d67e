using Sheaf.Specs;

namespace Sheaf.Training.Data;

/// <summary>
/// Rows as pictures, for people: transforms of values are undone, and values beyond bytes are stretched between the row's smallest and largest. Thread-safe.
/// </summary>
public sealed class RowPictures
{
    private readonly RowSet _rows;
    private readonly double[] _factors;
    private readonly double[] _offsets;

    /// <param name="rows">As they are fed to the model.</param>
    /// <param name="transforms">What they went through.</param>
    /// <param name="facts">Of the training rows.</param>
    public RowPictures(RowSet rows, IReadOnlyList<TransformSpec> transforms, DataFacts facts)
    {
        ArgumentNullException.ThrowIfNull(rows);
        _rows = rows;
        AreImages = rows is { FeaturesAreIntegers: false, Shape: [1 or 3, > 1, > 1] };
        (_factors, _offsets) = AreImages ? Transforms.Lines(transforms, facts) : ([], []);
    }

    /// <summary>Rows are [1 or 3, height, width].</summary>
    public bool AreImages { get; }

    /// <summary>Bytes of the row, [channels, height, width].</summary>
    public byte[] Bytes(int row)
    {
        var values = new float[_rows.Width];
        _rows.Gather([row], values);
        var area = _rows.Shape[1] * _rows.Shape[2];
        var raw = values.Select((value, place) => (value - _offsets[place / area]) / _factors[place / area]).ToArray();
        var (low, high) = (raw.Min(), raw.Max());

        // Undoing a transform leaves a little of its rounding.
        const double Slack = 0.01;
        if (low >= -Slack && high <= byte.MaxValue + Slack && high > 1 + Slack)
        {
            (low, high) = (0, byte.MaxValue);
        }

        var scale = high > low ? byte.MaxValue / (high - low) : 0;
        return Array.ConvertAll(raw, value => (byte)Math.Clamp(Math.Round((value - low) * scale), 0, byte.MaxValue));
    }

    /// <summary>The row as a PNG file.</summary>
    /// <param name="row">Its place.</param>
    /// <param name="largest">Pixels of a side; a larger picture is made smaller.</param>
    public byte[] Png(int row, int largest = int.MaxValue) => PngPicture.Of(Bytes(row), _rows.Shape[0], _rows.Shape[1], _rows.Shape[2], largest);
}
