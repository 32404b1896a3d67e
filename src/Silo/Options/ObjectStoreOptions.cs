using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How a silo asks an object store (s3://).</summary>
public sealed record ObjectStoreOptions
{
    [Option("How long it may take to be connected to", Least = "100ms", Most = "10m")]
    [Below("objects-attempt-within", "an attempt needs a connection")]
    public TimeSpan ConnectWithin { get; init; } = TimeSpan.FromSeconds(5);

    [Option("How long one attempt may take, its content included", Least = "1s", Most = "1h")]
    public TimeSpan AttemptWithin { get; init; } = TimeSpan.FromSeconds(100);

    [Option("Attempts after the first, a second or so apart", Least = "0", Most = "20")]
    public int Retries { get; init; } = 3;

    [Option("A connection that brings nothing for this long is made anew", Least = "100ms", Most = "1h")]
    public TimeSpan SilentFor { get; init; } = TimeSpan.FromSeconds(20);

    [Option("How often a connection may break without a byte in between before reading is given up", Least = "1", Most = "100")]
    public int MostBreaks { get; init; } = 3;

    [Option("A connection is made anew after this long, so that an address that the store has left is noticed", Least = "1s", Most = "1d")]
    public TimeSpan ConnectionLife { get; init; } = TimeSpan.FromMinutes(5);

    [Option("How often a write that met another one of the same object comes again", Least = "0", Most = "10")]
    public int ConflictRetries { get; init; } = 5;

    [Option("... after this long; twice as long each time", Least = "1ms", Most = "10s")]
    public TimeSpan ConflictAgain { get; init; } = TimeSpan.FromMilliseconds(100);

    [Option("How long a look whether it takes checkpoints may take", Least = "100ms", Most = "10m")]
    public TimeSpan LookWithin { get; init; } = TimeSpan.FromSeconds(10);
}
