using System.Net;
using System.Net.Http.Headers;
using Sheaf.Surroundings;

namespace Sheaf.Silo.Datasets.Remote;

/// <summary>Files of web servers. A file that was begun is continued where the server names its content (ETag) and gives parts of it.</summary>
/// <param name="plain">Whether http:// is read, which is from this machine only.</param>
internal sealed class HttpOrigin(bool plain, RemoteDataOptions options) : IRemoteOrigin, IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = options.ConnectWithin,
        MaxAutomaticRedirections = 5,
    })
    {
        Timeout = options.AnswerWithin,
    };

    public async Task<RemoteContent?> Open(string url, string? known, Func<string, long> begun, CancellationToken cancel)
    {
        var address = new Uri(url);
        if (address.Scheme != Uri.UriSchemeHttps && !plain)
        {
            throw new FileNotFoundException("http:// is read only by silos that no other machine reaches; use https://.");
        }

        var whole = await Ask(address, request =>
        {
            if (known is { Length: > 0 })
            {
                request.Headers.TryAddWithoutValidation("If-None-Match", known);
            }
        }, cancel);
        if (whole.StatusCode == HttpStatusCode.NotModified)
        {
            whole.Dispose();
            return null;
        }

        var version = whole.Headers.ETag is { IsWeak: false } tag ? tag.ToString() : "";
        if (version.Length > 0 && begun(version) is > 0 and var from)
        {
            whole.Dispose();
            whole = await Ask(address, request =>
            {
                request.Headers.Range = new(from, null);
                request.Headers.IfRange = new(EntityTagHeaderValue.Parse(version));
            }, cancel);
            if (whole.StatusCode == HttpStatusCode.PartialContent)
            {
                return new(await whole.Content.ReadAsStreamAsync(cancel), from, from + whole.Content.Headers.ContentLength, version);
            }

            version = whole.Headers.ETag is { IsWeak: false } other ? other.ToString() : "";
        }

        return new(await whole.Content.ReadAsStreamAsync(cancel), 0, whole.Content.Headers.ContentLength, version);
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> Ask(Uri address, Action<HttpRequestMessage> with, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        with(request);
        HttpResponseMessage answer;
        try
        {
            answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
        }
        catch (HttpRequestException e)
        {
            throw new IOException($"{address.Host} cannot be reached: {Printable.Short(e.InnerException?.Message ?? e.Message, 200)}", e);
        }
        catch (OperationCanceledException e) when (!cancel.IsCancellationRequested)
        {
            throw new IOException($"{address.Host} has not answered for {options.AnswerWithin.TotalSeconds:0.#} seconds.", e);
        }

        if (answer.IsSuccessStatusCode || answer.StatusCode == HttpStatusCode.NotModified)
        {
            return answer;
        }

        var status = (int)answer.StatusCode;
        answer.Dispose();
        throw status is 404 or 410 or 401 or 403
            ? new FileNotFoundException($"{address.Host} answers {status}{(status is 401 or 403 ? "; a file that asks for credentials must be copied" : "")}.")
            : new IOException($"{address.Host} answers {status}.");
    }
}
