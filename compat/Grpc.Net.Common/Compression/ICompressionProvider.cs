using System.IO.Compression;

namespace Grpc.Net.Compression;

public interface ICompressionProvider
{
    /// <summary>As in the header grpc-encoding.</summary>
    string EncodingName { get; }

    /// <param name="stream">Where the compressed bytes go; it stays open.</param>
    /// <param name="compressionLevel">Null means the provider's own default.</param>
    Stream CreateCompressionStream(Stream stream, CompressionLevel? compressionLevel);

    Stream CreateDecompressionStream(Stream stream);
}
