using System.Globalization;

namespace Sheaf.Surroundings;

/// <summary>How numbers and times are written where the machine's owner says how (LC_ALL, LANG).</summary>
public static class RegionalFormat
{
    /// <summary>
    /// What Sheaf writes is the same everywhere: numbers have a decimal point, in files and for people. The build says so, and
    /// DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=0, which images of .NET set for other programs, overrules the build. For this process, before it does anything.
    /// </summary>
    public static void Ignore()
    {
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
    }
}
