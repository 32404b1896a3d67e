namespace Sheaf.Surroundings;

/// <summary>
/// The environment variables that begin with SHEAF_: all that any part of Sheaf knows, so that a misspelt one is told from one that another program owns. Pure.
/// </summary>
public static class SheafVariables
{
    private const string Prefix = "SHEAF_";

    /// <summary>With what each says. A test holds that no source names another.</summary>
    public static IReadOnlyDictionary<string, string> Known { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["SHEAF_SERVER"] = "the default of --server",
        ["SHEAF_CLUSTER"] = "the default of --cluster",
        ["SHEAF_CHECKPOINTS"] = "the default of a silo's --checkpoints",
        ["SHEAF_LOG_FORMAT"] = "the default of a server's --log-format",
        ["SHEAF_PROXY"] = "the default of --proxy",
        ["SHEAF_CA"] = "the default of --ca",
        ["SHEAF_TOKEN"] = "a token for the servers that are named, in place of what `login` keeps",
        ["SHEAF_TOKEN_FILE"] = "a file with such a token",
        ["SHEAF_SILO"] = "the silo's program, which `run` and `cluster up` start",
        ["SHEAF_CLIENT"] = "the client's program, which the benchmark starts",
        ["SHEAF_ROOT"] = "the folder of the sources, for the benchmark",
        ["SHEAF_NAME"] = "how messages call the command",
        ["SHEAF_TORCH"] = "the libtorch to build with",
        ["SHEAF_CONFIGURATION"] = "the configuration to build",
        ["SHEAF_NO_INSTALL"] = "1 forbids the script to install packages",
        ["SHEAF_OUTPUT"] = "where the benchmark writes",
        ["SHEAF_WRITE_DOCS"] = "1 lets a test write the reference of the spec",
        ["SHEAF_FUZZ_INPUTS"] = "how many inputs the tests that fuzz make",
        ["SHEAF_FUZZ_SEED"] = "of their inputs",
        ["SHEAF_FAULTS"] = "faults to inject, for tests",
        ["SHEAF_FAULTS_LOG"] = "where injected faults are noted, for tests",
    };

    /// <summary>
    /// What every program of Sheaf does first: a variable that is most likely misspelt would silently be none, and is refused; one that is near none may be
    /// another program's.
    /// </summary>
    /// <param name="present">The names of all variables.</param>
    /// <param name="refusal">The exception with which the program says that it does not start.</param>
    /// <param name="warn">Says that a variable is not known.</param>
    public static void Check(IEnumerable<string> present, Func<UnknownVariable, Exception> refusal, Action<UnknownVariable> warn)
    {
        foreach (var mistake in Mistakes(present))
        {
            if (mistake.Near is not null)
            {
                throw refusal(mistake);
            }

            warn(mistake);
        }
    }

    /// <summary>What is wrong with the names of <paramref name="present"/>, in order; empty: nothing.</summary>
    public static IReadOnlyList<UnknownVariable> Mistakes(IEnumerable<string> present) =>
        [.. present.Where(IsUnknown).Order(StringComparer.Ordinal).Select(name => new UnknownVariable(name, Near(name)))];

    private static string? Near(string name)
    {
        // All of them begin alike: only the rest tells them apart.
        var rest = NearestName.Find(name[Prefix.Length..].ToUpperInvariant(), Known.Keys.Select(known => known[Prefix.Length..]));
        return rest is null ? null : Prefix + rest;
    }

    private static bool IsUnknown(string name) =>
        name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && !Known.ContainsKey(name) && !IsOption(name) && !IsOfKubernetes(name);

    /// <summary>SHEAF__... are options of a silo, which refuses the unknown ones itself.</summary>
    private static bool IsOption(string name) => name.StartsWith(Prefix + "_", StringComparison.Ordinal);

    /// <summary>What Kubernetes puts into every container for a service whose name begins with "sheaf".</summary>
    private static bool IsOfKubernetes(string name) =>
        name.EndsWith(
            "_SERVICE_HOST",
            StringComparison.Ordinal) || name.Contains("_SERVICE_PORT", StringComparison.Ordinal) || name.EndsWith("_PORT", StringComparison.Ordinal)
        || name.Contains("_TCP", StringComparison.Ordinal) || name.Contains("_UDP", StringComparison.Ordinal);
}
