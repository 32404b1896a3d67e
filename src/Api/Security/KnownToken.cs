using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>A line of a tokens file.</summary>
internal sealed record KnownToken(string Name, Role Role);
