using Sheaf.Surroundings.Security;

namespace Sheaf.Api.Security;

/// <summary>What a call asks for.</summary>
/// <param name="Role">That the caller must have, or a higher one.</param>
/// <param name="Changes">It changes something, so that it is in the audit log.</param>
internal sealed record CallRole(Role Role, bool Changes);
