using System;
using System.IO;
using System.Linq;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Copies a shared library and marks one symbol version that it needs as weak, so that the dynamic loader does not refuse the library where the system's
/// libstdc++ is older. TorchSharp's library is compiled by GCC 13 and names GLIBCXX_3.4.32 (Debian 12 and Ubuntu 22.04 have 3.4.30) for the sake of one
/// symbol, _ZSt21ios_base_library_initv, that no code of it refers to. Where the system has the version, the copy is the file itself. The format: Linux
/// Standard Base, "Symbol Versioning", sections .gnu.version_r (Elfxx_Verneed, Elfxx_Vernaux; VER_FLG_WEAK is 0x2).
/// </summary>
public sealed class WeakenVersionNeed : Task
{
    private const int SectionVerneed = 0x6ffffffe;
    private const ushort Weak = 0x2;

    [Required]
    public string Source { get; set; }

    [Required]
    public string Destination { get; set; }

    /// <summary>Such as GLIBCXX_3.4.32, of libstdc++.so.6.</summary>
    [Required]
    public string Version { get; set; }

    public override bool Execute()
    {
        byte[] image = File.ReadAllBytes(Source);
        bool weakened = !SystemHas(Version);
        if (weakened && !Mark(image, Version))
        {
            Log.LogError($"{Source}: needs no version {Version}, or is no 64-bit little-endian ELF file; the package has changed, and this step of the build "
                + "with it.");
            return false;
        }

        if (File.Exists(Destination) && File.ReadAllBytes(Destination).SequenceEqual(image))
        {
            return true;
        }

        // A new file, never the old one written over: it may be in use, or a link to the package's.
        string part = Destination + ".part";
        File.WriteAllBytes(part, image);
        File.Delete(Destination);
        File.Move(part, Destination);
        if (weakened)
        {
            Log.LogMessage(MessageImportance.High, $"  {Path.GetFileName(Destination)}: this system's libstdc++ lacks {Version}, which the library names but "
                + "does not use; the copy asks for it weakly.");
        }

        return true;
    }

    /// <summary>The run-time that runs the build has loaded the system's libstdc++ itself.</summary>
    private static bool SystemHas(string version)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            int path = line.IndexOf('/');
            if (path >= 0 && line.Contains("/libstdc++.so"))
            {
                return Encoding.GetEncoding("ISO-8859-1").GetString(File.ReadAllBytes(line.Substring(path)))
                    .IndexOf(version + "\0", StringComparison.Ordinal) >= 0;
            }
        }

        return true;
    }

    private static bool Mark(byte[] image, string version)
    {
        if (image.Length < 64 || image[0] != 0x7f || image[1] != 'E' || image[2] != 'L' || image[3] != 'F' || image[4] != 2 || image[5] != 1)
        {
            return false;
        }

        long sections = BitConverter.ToInt64(image, 0x28);
        int size = BitConverter.ToUInt16(image, 0x3a);
        int count = BitConverter.ToUInt16(image, 0x3c);
        bool found = false;
        for (int section = 0; section < count; section++)
        {
            int header = checked((int)(sections + ((long)section * size)));
            if (BitConverter.ToInt32(image, header + 4) != SectionVerneed)
            {
                continue;
            }

            int strings = checked((int)BitConverter.ToInt64(image, checked((int)(sections + ((long)BitConverter.ToInt32(image, header + 0x28) * size)))
                + 0x18));
            int need = checked((int)BitConverter.ToInt64(image, header + 0x18));
            for (int next; ; need += next)
            {
                int auxiliary = need + BitConverter.ToInt32(image, need + 8);
                for (int following; ; auxiliary += following)
                {
                    if (NameAt(image, strings + BitConverter.ToInt32(image, auxiliary + 8)) == version)
                    {
                        image[auxiliary + 4] |= (byte)Weak;
                        found = true;
                    }

                    following = BitConverter.ToInt32(image, auxiliary + 12);
                    if (following == 0)
                    {
                        break;
                    }
                }

                next = BitConverter.ToInt32(image, need + 12);
                if (next == 0)
                {
                    break;
                }
            }
        }

        return found;
    }

    private static string NameAt(byte[] image, int offset) => Encoding.ASCII.GetString(image, offset, Array.IndexOf(image, (byte)0, offset) - offset);
}
