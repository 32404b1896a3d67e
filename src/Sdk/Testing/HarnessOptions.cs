namespace Sheaf.Sdk.Testing;

/// <summary>How <see cref="SdkHarness"/> trains.</summary>
public sealed record HarnessOptions
{
    /// <summary>Default 10; 1 or more.</summary>
    public int Steps { get; init; } = 10;

    /// <summary>Samples of a step, at most the dataset's rows. Default 32; 1 or more.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Slices of a batch. Default 4; 1 or more, and at least as many as <see cref="Workers"/> asks for.</summary>
    public int Shards { get; init; } = 4;

    /// <summary>Numbers of workers to compare; each is a thread with a model of its own. Default 1, 2 and 4.</summary>
    public IReadOnlyList<int> Workers { get; init; } = [1, 2, 4];

    /// <summary>Of plain SGD. Default 0.01; more than 0.</summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>First weights, order of the rows and random numbers follow from it. Default 42.</summary>
    public long Seed { get; init; } = 42;

    internal void Check()
    {
        var problems = new List<string>();
        Need(Steps >= 1, $"{nameof(Steps)} is {Steps}; allowed: 1 or more.");
        Need(BatchSize >= 1, $"{nameof(BatchSize)} is {BatchSize}; allowed: 1 or more.");
        Need(Shards >= 1, $"{nameof(Shards)} is {Shards}; allowed: 1 or more.");
        Need(LearningRate > 0 && double.IsFinite(LearningRate), $"{nameof(LearningRate)} is {LearningRate}; allowed: more than 0.");
        Need(Workers.Count > 0, $"{nameof(Workers)} is empty; name one number or more, such as 1, 2, 4.");
        foreach (var workers in Workers.Where(workers => workers < 1 || workers > Shards))
        {
            Need(false, $"{nameof(Workers)} has {workers}; allowed: 1 to {Shards}, the number of {nameof(Shards)}.");
        }

        if (problems.Count > 0)
        {
            throw new ArgumentException(string.Join(' ', problems));
        }

        void Need(bool isMet, string otherwise)
        {
            if (!isMet)
            {
                problems.Add(otherwise);
            }
        }
    }
}
