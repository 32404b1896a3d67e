namespace Sheaf.Silo.UserCode;

[GenerateSerializer, Alias("sheaf.PackageState")]
public sealed class PackageState
{
    [Id(0)] public byte[]? Content { get; set; }
}
