using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Sheaf.Tests.ObjectStores;

/// <summary>An object store in this process that speaks as much of S3 as Sheaf needs, and fails as it is told. Path style only. Thread-safe.</summary>
internal sealed class FakeObjectServer : IAsyncDisposable
{
    public const string Bucket = "bucket";

    private static readonly XNamespace S3 = "http://s3.amazonaws.com/doc/2006-03-01/";

    private readonly WebApplication _app;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Stored> _objects = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Upload> _uploads = [];
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _ranges = new();
    private int _ids;

    private FakeObjectServer(WebApplication app) => _app = app;

    /// <summary>What happens to a request, "PUT key" or "POST key?uploads"; null: it is served.</summary>
    public Func<string, ObjectFault?> Fault { get; set; } = _ => null;

    /// <summary>As stores do that are older than the SDK's checksums.</summary>
    public bool RefusesChecksums { get; set; }

    /// <summary>As stores do that know no conditional writes.</summary>
    public bool IgnoresConditions { get; set; }

    /// <summary>At most so many keys on a page of a listing.</summary>
    public int PageSize { get; set; } = 1000;

    /// <summary>Seconds that every answer takes.</summary>
    public TimeSpan Delay { get; set; }

    public Uri Url { get; private set; } = null!;

    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Of each request the range that it asks for; empty: none.</summary>
    public IReadOnlyList<string> Ranges => [.. _ranges];

    public IReadOnlyList<string> Keys
    {
        get
        {
            lock (_gate)
            {
                return [.. _objects.Keys];
            }
        }
    }

    public IReadOnlyList<string> Uploads
    {
        get
        {
            lock (_gate)
            {
                return [.. _uploads.Values.Select(upload => upload.Key)];
            }
        }
    }

    public byte[] this[string key]
    {
        get
        {
            lock (_gate)
            {
                return _objects[key].Content;
            }
        }

        set
        {
            lock (_gate)
            {
                _objects[key] = new(value, Tag(value), []);
            }
        }
    }

    public static async Task<FakeObjectServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        var server = new FakeObjectServer(app);
        app.Run(server.Serve);
        await app.StartAsync();
        server.Url = new(app.Urls.Single());
        return server;
    }

    public void Begin(string key)
    {
        lock (_gate)
        {
            _uploads[$"u{++_ids}"] = new(key, []);
        }
    }

    public void Remove(string key)
    {
        lock (_gate)
        {
            _objects.Remove(key);
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Serve(HttpContext context)
    {
        var request = context.Request;
        var path = request.Path.Value!.TrimStart('/');
        var cut = path.IndexOf('/', StringComparison.Ordinal);
        var (bucket, key) = cut < 0 ? (path, "") : (path[..cut], path[(cut + 1)..]);
        var what = $"{request.Method} {key}{Uri.UnescapeDataString(request.QueryString.Value!)}";
        _requests.Enqueue(what);
        _ranges.Enqueue(request.Headers.Range.ToString());
        if (Delay > TimeSpan.Zero)
        {
            await Task.Delay(Delay, TimeProvider.System, context.RequestAborted);
        }

        var fault = Fault(what);
        if (fault == ObjectFault.CutTheUpload)
        {
            _ = await request.Body.ReadAtLeastAsync(new byte[1], 1, throwOnEndOfStream: false);
            context.Abort();
            return;
        }

        var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        var answer = fault switch
        {
            ObjectFault.SlowDown => Error(503, "SlowDown"),
            ObjectFault.Forbidden => Error(403, "AccessDenied"),
            ObjectFault.Failed => Error(500, "InternalError"),
            _ when bucket != Bucket => Error(404, "NoSuchBucket"),
            _ when RefusesChecksums && HasChecksum(request) => Error(400, "InvalidRequest"),
            _ => Do(request, key, body.ToArray()),
        };
        if (fault is ObjectFault.LoseTheAnswer)
        {
            context.Abort();
            return;
        }

        await Send(context, fault is ObjectFault.FailedAfterwards ? Error(500, "InternalError") : answer, fault is ObjectFault.CutTheDownload);
    }

    private static async Task Send(HttpContext context, Answer answer, bool half)
    {
        context.Response.StatusCode = answer.Status;
        foreach (var (name, value) in answer.Headers)
        {
            context.Response.Headers[name] = value;
        }

        context.Response.ContentLength = answer.Status is 204 or 304 ? null : answer.Body.Length;
        if (context.Request.Method != "HEAD" && answer.Body.Length > 0)
        {
            await context.Response.Body.WriteAsync(half ? answer.Body.AsMemory(0, answer.Body.Length / 2) : answer.Body);
            await context.Response.Body.FlushAsync();
        }

        if (half)
        {
            context.Abort();
        }
    }

    private Answer Do(HttpRequest request, string key, byte[] body)
    {
        var signed = request.Headers["x-amz-content-sha256"].ToString();
        if (signed.Length == 64 && !signed.Equals(Convert.ToHexString(SHA256.HashData(body)), StringComparison.OrdinalIgnoreCase))
        {
            return Error(400, "XAmzContentSHA256Mismatch");
        }

        lock (_gate)
        {
            var query = request.Query;
            return (request.Method, key) switch
            {
                ("GET", "") when query.ContainsKey("uploads") => ListUploads(query["prefix"].ToString()),
                ("GET", "") => List(query["prefix"].ToString(), query["continuation-token"].ToString()),
                ("POST", _) when query.ContainsKey("uploads") => Initiate(request, key),
                ("POST", _) => Complete(query["uploadId"].ToString()),
                ("PUT", _) when query.ContainsKey("partNumber") => Part(query["uploadId"].ToString(),
                    int.Parse(query["partNumber"]!, CultureInfo.InvariantCulture), body),
                ("PUT", _) => Put(request, key, body),
                ("DELETE", _) when query.ContainsKey("uploadId") => _uploads.Remove(query["uploadId"]!) ? new(204, []) : Error(404, "NoSuchUpload"),
                ("DELETE", _) => Delete(key),
                ("GET" or "HEAD", _) => Get(request, key),
                _ => Error(501, "NotImplemented"),
            };
        }
    }

    private Answer Put(HttpRequest request, string key, byte[] body)
    {
        if (!IgnoresConditions && request.Headers.IfNoneMatch == "*" && _objects.ContainsKey(key))
        {
            return Error(412, "PreconditionFailed");
        }

        _objects[key] = new(body, Tag(body), Marks(request));
        return new(200, []) { Headers = { ["ETag"] = _objects[key].Tag } };
    }

    private Answer Get(HttpRequest request, string key)
    {
        if (!_objects.TryGetValue(key, out var found))
        {
            return Error(404, "NoSuchKey");
        }

        if (request.Headers.IfMatch is [{ } version] && version != found.Tag)
        {
            return Error(412, "PreconditionFailed");
        }

        if (request.Headers.IfNoneMatch == found.Tag)
        {
            return new(304, []);
        }

        var range = request.Headers.IfRange is [{ } one] && one != found.Tag ? "" : request.Headers.Range.ToString();
        var from = range.Length > 0 ? int.Parse(range["bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture) : 0;
        if (range.Length > 0 && from >= found.Content.Length)
        {
            return Error(416, "InvalidRange");
        }

        var answer = new Answer(range.Length > 0 ? 206 : 200, found.Content[from..]) { Headers = { ["ETag"] = found.Tag } };
        foreach (var (name, value) in found.Marks)
        {
            answer.Headers[name] = value;
        }

        return answer;
    }

    private Answer Delete(string key)
    {
        _objects.Remove(key);
        return new(204, []);
    }

    private Answer List(string prefix, string after)
    {
        var keys = _objects.Keys.Where(key => key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(key, after) > 0).ToArray();
        var page = keys.Take(PageSize).ToArray();
        return Xml(new(S3 + "ListBucketResult", new XElement(S3 + "IsTruncated", keys.Length > page.Length),
            keys.Length > page.Length ? new XElement(S3 + "NextContinuationToken", page[^1]) : null,
            page.Select(key => new XElement(S3 + "Contents", new XElement(S3 + "Key", key), new XElement(S3 + "Size", _objects[key].Content.Length)))));
    }

    private Answer ListUploads(string prefix) => Xml(new(S3 + "ListMultipartUploadsResult", new XElement(S3 + "IsTruncated", false),
        _uploads.Where(upload => upload.Value.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(
            upload => new XElement(S3 + "Upload", new XElement(S3 + "Key", upload.Value.Key), new XElement(S3 + "UploadId", upload.Key)))));

    private Answer Initiate(HttpRequest request, string key)
    {
        var id = $"u{++_ids}";
        _uploads[id] = new(key, Marks(request));
        return Xml(new(S3 + "InitiateMultipartUploadResult", new XElement(S3 + "UploadId", id)));
    }

    private Answer Part(string id, int number, byte[] body)
    {
        if (!_uploads.TryGetValue(id, out var upload))
        {
            return Error(404, "NoSuchUpload");
        }

        upload.Parts[number] = body;
        return new(200, []) { Headers = { ["ETag"] = Tag(body) } };
    }

    private Answer Complete(string id)
    {
        if (!_uploads.Remove(id, out var upload))
        {
            return Error(404, "NoSuchUpload");
        }

        var content = upload.Parts.Values.SelectMany(part => part).ToArray();
        _objects[upload.Key] = new(content, Tag(content), upload.Marks);
        return Xml(new(S3 + "CompleteMultipartUploadResult", new XElement(S3 + "ETag", Tag(content))));
    }

    private static bool HasChecksum(HttpRequest request) => request.Headers.Any(header =>
        header.Key.StartsWith("x-amz-checksum-", StringComparison.OrdinalIgnoreCase)
        || header.Key.Equals("x-amz-sdk-checksum-algorithm", StringComparison.OrdinalIgnoreCase)
        || header.Key.Equals("x-amz-trailer", StringComparison.OrdinalIgnoreCase) || header.Value.ToString().Contains("aws-chunked", StringComparison.Ordinal));

    private static Dictionary<string, string> Marks(HttpRequest request) =>
        request.Headers.Where(header => header.Key.StartsWith("x-amz-meta-", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(header => header.Key, header => header.Value.ToString());

    private static string Tag(byte[] content) => $"\"{Convert.ToHexStringLower(SHA256.HashData(content))[..32]}\"";

    private static Answer Xml(XElement root) => new(200, Encoding.UTF8.GetBytes(root.ToString())) { Headers = { ["Content-Type"] = "application/xml" } };

    private static Answer Error(int status, string code) => new(status, Encoding.UTF8.GetBytes(
        $"<Error><Code>{code}</Code><Message>{code} said the store</Message><RequestId>{Guid.NewGuid():N}</RequestId></Error>"))
    {
        Headers = { ["Content-Type"] = "application/xml" },
    };

    private sealed record Stored(byte[] Content, string Tag, Dictionary<string, string> Marks);

    private sealed record Upload(string Key, Dictionary<string, string> Marks)
    {
        public SortedDictionary<int, byte[]> Parts { get; } = [];
    }

    private sealed record Answer(int Status, byte[] Body)
    {
        public Dictionary<string, string> Headers { get; } = [];
    }
}
