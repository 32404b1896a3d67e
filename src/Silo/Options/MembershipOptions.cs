using Sheaf.Surroundings.Options;

namespace Sheaf.Silo.Options;

/// <summary>How silos of a cluster find each other, and find each other dead.</summary>
public sealed record MembershipOptions
{
    [Option("How long a silo may take to answer another one's probe", Least = "100ms", Most = "1m")]
    [Below("membership-longest-probe", "a silo that is slow itself waits longer for others", OrEqual = true)]
    public TimeSpan ProbeWithin { get; init; } = TimeSpan.FromMilliseconds(500);

    [Option("The same for probes of a silo that is slow itself", Least = "100ms", Most = "1m")]
    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromMilliseconds(750);

    [Option("Probes that a silo misses before it is declared dead", Least = "1", Most = "100")]
    public int MissedProbes { get; init; } = 2;

    [Option("Between two reads of the membership's table", Least = "100ms", Most = "10m")]
    public TimeSpan ReadEvery { get; init; } = TimeSpan.FromSeconds(1);

    [Option("Between two signs of life in the table; a silo that starts waits for the dead of before until they have missed three of them",
        Least = "500ms", Most = "10m")]
    public TimeSpan SignEvery { get; init; } = TimeSpan.FromSeconds(2);

    [Option("How long a call between grains may take, unless the call says otherwise", Least = "100ms", Most = "1m")]
    [Below("generations-lease", "a call that is lost must not end the lease of workers")]
    public TimeSpan CallWithin { get; init; } = TimeSpan.FromSeconds(1);

    [Option("How long a silo that starts waits for its name: a killed one holds it until the database has seen its connection close",
        Least = "100ms", Most = "10m")]
    public TimeSpan NameWithin { get; init; } = TimeSpan.FromSeconds(3);

    [Option("Between two tries meanwhile", Least = "10ms", Most = "1m")]
    [Below("membership-name-within", "one try at least is made again")]
    public TimeSpan NameEvery { get; init; } = TimeSpan.FromMilliseconds(100);

    [Option("Between two tries to take the name again, when the database was away", Least = "100ms", Most = "1m")]
    public TimeSpan HoldEvery { get; init; } = TimeSpan.FromSeconds(1);

    [Option("How long the database may take to say where the silos are; then its last answer is used", Least = "100ms", Most = "1m")]
    public TimeSpan DirectoryWithin { get; init; } = TimeSpan.FromSeconds(1);

    [Option("How long a silo may take to say who it is, before its name is given to another one", Least = "100ms", Most = "1m")]
    public TimeSpan IdentityWithin { get; init; } = TimeSpan.FromSeconds(1);

    [Option("How long each silo has to show its certificate to one that starts", Least = "100ms", Most = "1m")]
    public TimeSpan CertificateWithin { get; init; } = TimeSpan.FromSeconds(2);

    [Option("How long a silo that does not take the certificate has to say so", Least = "10ms", Most = "1m")]
    [Below("membership-certificate-within", "it is a part of it", OrEqual = true)]
    public TimeSpan RefusalWithin { get; init; } = TimeSpan.FromMilliseconds(300);

    [Option("Between two looks whether a silo that leaves is empty", Least = "50ms", Most = "10s")]
    public TimeSpan DrainEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    [Option("Grains whose silo each silo remembers; it asks for the place of another one. Room for all of them is set aside at the start, 20 bytes each",
        Least = "1000", Most = "1000000")]
    public int RememberedGrains { get; init; } = 10_000;
}
