using System.Runtime.InteropServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Of the libtorch that the bridge was compiled against.</summary>
    public static unsafe string __version__ => Marshal.PtrToStringUTF8((nint)Native.st_version());
}
