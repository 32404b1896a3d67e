using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using static TorchSharp.torch;

namespace Sheaf.Tests.Interop.TorchSharp;

/// <summary>PyTorch's own results, computed once by golden.py in a child process of the tests (Debian's python3-torch).</summary>
public sealed class Golden
{
    private readonly Dictionary<string, byte[]> _values = [];

    public Golden()
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "TorchSharp", "golden.py"));
        start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        start.Environment["OMP_NUM_THREADS"] = "1";
        using var python = Process.Start(start)!;
        var errors = python.StandardError.ReadToEndAsync();
        while (python.StandardOutput.ReadLine() is { } line)
        {
            var (name, hex) = (line[..line.IndexOf('\t', StringComparison.Ordinal)], line[(line.IndexOf('\t', StringComparison.Ordinal) + 1)..]);
            _values.Add(name, Convert.FromHexString(hex));
        }

        python.WaitForExit();
        Assert.True(python.ExitCode == 0, $"golden.py failed; it needs python3-torch and python3-numpy:\n{errors.Result}");
    }

    /// <summary>Asserts equality to the last bit.</summary>
    public void Same(string name, params Tensor[] tensors) => Same(name, Content(tensors));

    /// <summary>As <see cref="Same(string, Tensor[])"/>, with a SHA-256 over further tensors behind.</summary>
    public void SameHashed(string name, Tensor[] tensors, IEnumerable<Tensor> hashed) => Same(name, [.. Content(tensors), .. SHA256.HashData(Content(hashed))]);

    public void Same(string name, params double[] numbers) => Same(name, MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray());

    private void Same(string name, byte[] actual)
    {
        var expected = _values[name];
        if (actual.AsSpan().SequenceEqual(expected)) return;
        var at = actual.AsSpan().CommonPrefixLength(expected) / 4 * 4;
        Assert.Fail($"{name}: {actual.Length} bytes, PyTorch {expected.Length}; they differ from byte {at} on: {At(actual, at)}, PyTorch {At(expected, at)}");
    }

    private static string At(byte[] bytes, int at) => at + 4 <= bytes.Length ? BitConverter.ToSingle(bytes, at).ToString("R") : "nothing";

    private static byte[] Content(IEnumerable<Tensor> tensors)
    {
        var stream = new MemoryStream();
        foreach (var tensor in tensors)
        {
            using var flat = tensor.detach().contiguous();
            stream.Write(flat.bytes);
        }

        return stream.ToArray();
    }
}

/// <summary>Tests that seed the process's default generator take turns.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class TorchCollection : ICollectionFixture<Golden>
{
    public const string Name = "libtorch";
}
