using System.Collections.Frozen;
using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>
/// The one table of who may call what. A call that is not in it cannot be made at all; a test holds that every call of the protos is, and that
/// docs/security.md says the same. Pure.
/// </summary>
internal static class CallRoles
{
    private const string Experiments = "sheaf.v1.Experiments/";
    private const string Checkpoints = "sheaf.v1.Checkpoints/";
    private const string Packages = "sheaf.v1.Packages/";
    private const string Cluster = "sheaf.v1.Cluster/";

    /// <summary>By the full name of the call, without a slash before it.</summary>
    public static FrozenDictionary<string, CallRole> All { get; } = new Dictionary<string, CallRole>(StringComparer.Ordinal)
    {
        [Experiments + "Submit"] = new(Role.Submitter, Changes: true),
        // They read files that the caller names, or take a silo's cores; so they are not for viewers, though they change nothing.
        [Experiments + "Validate"] = new(Role.Submitter, Changes: false),
        [Experiments + "Replay"] = new(Role.Submitter, Changes: false),
        [Experiments + "Predict"] = new(Role.Submitter, Changes: false),
        [Experiments + "List"] = new(Role.Viewer, Changes: false),
        [Experiments + "Describe"] = new(Role.Viewer, Changes: false),
        [Experiments + "Watch"] = new(Role.Viewer, Changes: false),
        [Experiments + "Logs"] = new(Role.Viewer, Changes: false),
        [Experiments + "Metrics"] = new(Role.Viewer, Changes: false),
        [Experiments + "Why"] = new(Role.Viewer, Changes: false),
        [Experiments + "Audit"] = new(Role.Viewer, Changes: false),
        [Experiments + "Cancel"] = new(Role.Submitter, Changes: true),
        [Experiments + "Pause"] = new(Role.Submitter, Changes: true),
        [Experiments + "Resume"] = new(Role.Submitter, Changes: true),
        [Experiments + "Scale"] = new(Role.Submitter, Changes: true),
        [Checkpoints + "List"] = new(Role.Viewer, Changes: false),
        [Checkpoints + "Download"] = new(Role.Viewer, Changes: false),
        [Checkpoints + "Verify"] = new(Role.Viewer, Changes: false),
        [Checkpoints + "Export"] = new(Role.Viewer, Changes: false),
        [Packages + "Describe"] = new(Role.Viewer, Changes: false),
        [Packages + "Upload"] = new(Role.Submitter, Changes: true),
        [Cluster + "Describe"] = new(Role.Viewer, Changes: false),
        [Cluster + "Ping"] = new(Role.Viewer, Changes: false),
        [Cluster + "WhoAmI"] = new(Role.Viewer, Changes: false),
        [Cluster + "Drain"] = new(Role.Admin, Changes: true),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <param name="call">With or without a slash before it.</param>
    /// <returns>Null: it is no call of Sheaf's API.</returns>
    public static CallRole? Of(string call) => All.GetValueOrDefault(call.TrimStart('/'));
}
