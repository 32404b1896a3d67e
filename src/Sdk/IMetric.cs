namespace Sheaf.Sdk;

/// <summary>
/// A metric as sums over samples: they are added over batches, shards and workers in a fixed order, so that the value is the same on any number of workers.
/// Used by one thread at a time; keeps nothing from one call to the next.
/// </summary>
public interface IMetric
{
    /// <summary>Sums that it needs; 1 to 65,536. It never changes.</summary>
    int Width { get; }

    /// <summary>Adds what the batch's samples contribute.</summary>
    /// <param name="batch">Some samples: their outputs beside their targets.</param>
    /// <param name="sums"><see cref="Width"/> of them.</param>
    void Add(in MetricBatch batch, Span<double> sums);

    /// <summary>The metric's value.</summary>
    /// <param name="sums">Over all samples.</param>
    /// <param name="samples">How many these are.</param>
    double Value(ReadOnlySpan<double> sums, double samples);
}
