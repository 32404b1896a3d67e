using Sheaf.Specs;
using Sheaf.Training.Trials;

namespace Sheaf.Silo.UserCode;

/// <summary>Tries classes of users before anything depends on them. Thread-safe.</summary>
internal interface ITrialRunner
{
    /// <param name="specYaml">The spec as text; its packages are on the disk.</param>
    /// <param name="basePath">The folder that its paths are relative to.</param>
    /// <param name="spec">The same, parsed; it names a class.</param>
    /// <param name="cancellationToken">Ends the trial.</param>
    Task<TrialResult> Try(string specYaml, string basePath, ExperimentSpec spec, CancellationToken cancellationToken);
}
