namespace Sheaf.Specs;

/// <summary>A place in a spec that names code of the user's own.</summary>
/// <param name="Key">Of the place, such as <c>loss.class</c>; its package is at KEY.package.</param>
/// <param name="Name">For messages: a class, or a file.</param>
/// <param name="Source">What the package is made of, absolute: a project, or a TorchScript file.</param>
/// <param name="IsProject">It is built; otherwise the file is packed as it is.</param>
/// <param name="Package">SHA-256 of the package; <c>null</c> before it is made.</param>
public sealed record UserCodeUse(string Key, string Name, string Source, bool IsProject, string? Package)
{
    public static UserCodeUse Of(string key, UserClass user) => new(key, user.Type, user.Project, true, user.Package);
}
