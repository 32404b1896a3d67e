namespace Sheaf.Training.UserCode;

/// <summary>A class of a user's own, and what has loaded it.</summary>
internal sealed record LoadedClass(Type Type, PackageContext Context);
