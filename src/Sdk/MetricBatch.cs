namespace Sheaf.Sdk;

/// <summary>Outputs of a model beside the targets, sample after sample.</summary>
public readonly ref struct MetricBatch
{
    public required int Samples { get; init; }

    /// <summary>Outputs of each sample: their number, whatever their shape.</summary>
    public required int OutputsPerSample { get; init; }

    /// <summary>[samples x outputs].</summary>
    public required ReadOnlySpan<float> Outputs { get; init; }

    /// <summary>Targets that are numbers, [samples x targets]; empty where they are classes or integers.</summary>
    public ReadOnlySpan<float> Targets { get; init; }

    /// <summary>Classes, [samples], or targets that are integers, [samples x targets]; empty where they are numbers.</summary>
    public ReadOnlySpan<long> TargetIntegers { get; init; }
}
