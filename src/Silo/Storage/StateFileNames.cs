using System.Security.Cryptography;
using System.Text;

namespace Sheaf.Silo.Storage;

/// <summary>File names for states and grains: any text gives a name that every file system takes, two texts never the same one.</summary>
internal static class StateFileNames
{
    private const int MaxLength = 120;

    /// <summary>Letters, digits, '-' and '_' stand for themselves, other bytes as %XX; long names end in a hash.</summary>
    public static string Encode(string text)
    {
        var name = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            // Upper case is escaped too: some file systems do not tell it from lower case.
            if (b is >= (byte)'a' and <= (byte)'z' or >= (byte)'0' and <= (byte)'9' or (byte)'-' or (byte)'_')
            {
                name.Append((char)b);
            }
            else
            {
                name.Append('%').Append(b.ToString("x2"));
            }
        }

        if (name.Length <= MaxLength)
        {
            return name.Length == 0 ? "%" : name.ToString();
        }

        // '~' is never produced above, so a shortened name cannot be another text's.
        return $"{name.ToString(0, MaxLength)}~{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}";
    }
}
