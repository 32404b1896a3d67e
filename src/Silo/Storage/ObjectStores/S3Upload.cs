using System.Net;
using Amazon.S3;
using Amazon.S3.Model;
using Sheaf.Training.Objects;

namespace Sheaf.Silo.Storage.ObjectStores;

/// <summary>Writes objects: small ones at once, larger ones in parts. What it throws is the SDK's. Thread-safe.</summary>
internal sealed class S3Upload(IAmazonS3 client, string bucket)
{
    /// <summary>Larger contents go in parts of this size, so that one that is lost on the way costs no more.</summary>
    public const int PartBytes = 16 << 20;

    private const int MostParts = 10_000;

    /// <summary>Parts on their way at the same time.</summary>
    private const int Together = 3;

    /// <summary>Marks the object that an upload makes, so that it is known again where the answer to its end was lost.</summary>
    private const string Mark = "sheaf-upload";

    public async Task Put(string key, IReadOnlyList<ReadOnlyMemory<byte>> content, CancellationToken cancel)
    {
        var bytes = content.Sum(piece => (long)piece.Length);
        if (bytes <= PartBytes)
        {
            await PutWhole(key, content, create: false, cancel);
            return;
        }

        var mark = Guid.NewGuid().ToString("N");
        var begin = new InitiateMultipartUploadRequest { BucketName = bucket, Key = key };
        begin.Metadata.Add(Mark, mark);
        var id = (await client.InitiateMultipartUploadAsync(begin, cancel)).UploadId;
        try
        {
            var parts = await PutParts(key, id, content, bytes, cancel);
            await End(key, id, mark, parts, cancel);
        }
        catch
        {
            await TryAbort(key, id);
            throw;
        }
    }

    /// <param name="create">Only where there is no such object; else the store answers 412.</param>
    public async Task PutWhole(string key, IReadOnlyList<ReadOnlyMemory<byte>> content, bool create, CancellationToken cancel)
    {
        await using var stream = new PiecesStream(content);
        await client.PutObjectAsync(
            new()
            {
                BucketName = bucket,
                Key = key,
                InputStream = stream,
                AutoCloseStream = false,
                IfNoneMatch = create ? "*" : null,

                // Chunks with a signature each are what other stores know least.
                UseChunkEncoding = false,
            },
            cancel);
    }

    public async Task Abort(string key, string id, CancellationToken cancel)
    {
        try
        {
            await client.AbortMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = id }, cancel);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchUpload" || e.StatusCode == HttpStatusCode.NotFound)
        {
            // It has ended, or was given up before.
        }
    }

    private async Task<List<PartETag>> PutParts(string key, string id, IReadOnlyList<ReadOnlyMemory<byte>> content, long bytes, CancellationToken cancel)
    {
        var size = Math.Max(PartBytes, (bytes + MostParts - 1) / MostParts);
        var parts = new PartETag[(bytes + size - 1) / size];
        await Parallel.ForAsync(0, parts.Length, new ParallelOptions { MaxDegreeOfParallelism = Together, CancellationToken = cancel }, async (part, stop) =>
        {
            await using var stream = new PiecesStream(content, part * size, Math.Min(size, bytes - part * size));
            var answer = await client.UploadPartAsync(
                new()
                {
                    BucketName = bucket,
                    Key = key,
                    UploadId = id,
                    PartNumber = part + 1,
                    PartSize = stream.Length,
                    InputStream = stream,
                    UseChunkEncoding = false,
                },
                stop);
            parts[part] = new(part + 1, answer.ETag);
        });
        return [.. parts];
    }

    private async Task End(string key, string id, string mark, List<PartETag> parts, CancellationToken cancel)
    {
        try
        {
            await client.CompleteMultipartUploadAsync(new() { BucketName = bucket, Key = key, UploadId = id, PartETags = parts }, cancel);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode is "NoSuchUpload" || e.StatusCode == HttpStatusCode.NotFound)
        {
            // Asked again after a lost answer, the store knows the upload no more: the object says whether it was this one.
            var there = await client.GetObjectMetadataAsync(new() { BucketName = bucket, Key = key }, cancel);
            if (there.Metadata[Mark] != mark)
            {
                throw;
            }
        }
    }

    /// <summary>Where the store does not hear it, the next write of the key, or a sweep, gives the upload up.</summary>
    private async Task TryAbort(string key, string id)
    {
        try
        {
            await Abort(key, id, CancellationToken.None);
        }
        catch (Exception e) when (S3Failures.Is(e, CancellationToken.None))
        {
            // What made the upload fail is said.
        }
    }
}
