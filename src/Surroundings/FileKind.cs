using System.Runtime.InteropServices;

namespace Sheaf.Surroundings;

/// <summary>What a path leads to (Linux). Opening some of these waits for somebody, or never ends: they are told apart before.</summary>
public static unsafe partial class FileKind
{
    private const int CurrentFolder = -100;
    private const uint WantsType = 1;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;

    /// <summary>Null for a regular file, and for what cannot be looked at: opening it will say why.</summary>
    public static string? Other(string path)
    {
        // struct statx is the same on every processor; its size is fixed at 256 bytes.
        var status = stackalloc byte[256];
        if (statx(CurrentFolder, path, 0, WantsType, status) != 0)
        {
            return null;
        }

        return (*(ushort*)(status + ModeOffset) & TypeMask) switch
        {
            Regular => null,
            0x4000 => "a folder",
            0x1000 => "a pipe",
            0xC000 => "a socket",
            0x2000 or 0x6000 => "a device",
            _ => "something else",
        };
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int statx(int folder, string path, int flags, uint mask, byte* status);
}
