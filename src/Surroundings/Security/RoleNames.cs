namespace Sheaf.Surroundings.Security;

/// <summary>Roles as people write them: viewer, submitter, admin. Pure.</summary>
public static class RoleNames
{
    public static IReadOnlyList<string> All { get; } = [.. Enum.GetValues<Role>().Select(Of)];

    public static string Of(Role role) => role.ToString().ToLowerInvariant();

    /// <summary>Null: there is no such role.</summary>
    public static Role? Find(string name)
    {
        foreach (var role in Enum.GetValues<Role>())
        {
            if (Of(role) == name)
            {
                return role;
            }
        }

        return null;
    }
}
