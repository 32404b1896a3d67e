using System.Net;
using Sheaf.Api.Options;
using Sheaf.Surroundings;

namespace Sheaf.Api.Hosting;

/// <summary>Asks a server on this machine how it is: the health check of a container that has neither a shell nor curl.</summary>
internal static class HealthProbe
{
    public const string Option = "--probe";

    private static readonly string[] Questions = ["readyz", "livez", "startupz"];

    /// <summary>A server that answers later is not well.</summary>
    private static readonly TimeSpan AnswersWithin = TimeSpan.FromSeconds(5);

    /// <summary>--probe [readyz|livez|startupz] [--http IP:PORT], and nothing else: prints the answer.</summary>
    /// <returns>0: it is; 1: it is not, or does not answer. Null: the command line does not ask for a probe.</returns>
    /// <exception cref="FormatException">Says what is wrong with the command line.</exception>
    public static async Task<int?> RunAsync(IReadOnlyList<string> arguments, string http, TextWriter output)
    {
        if (!arguments.Any(argument => argument == Option || argument.StartsWith(Option + "=", StringComparison.Ordinal)))
        {
            return null;
        }

        var problems = new List<string>();
        var given = ServerArguments.Read(arguments, [(Option, false), ("--http", true)], problems);
        var question = given[Option] ?? Questions[0];
        if (!Questions.Contains(question))
        {
            problems.Add($"{Option} '{Printable.Short(question, 80)}': expected {string.Join(", ", Questions)}.");
        }

        if (problems.Count > 0)
        {
            throw new FormatException(string.Join('\n', problems));
        }

        var endpoint = Endpoints.Parse("--http", given.GetValueOrDefault("--http") ?? http);
        var local = new IPEndPoint(Local(endpoint.Address), endpoint.Port);
        return await AskAsync(new Uri($"http://{local}/{question}"), new Uri($"https://{local}/{question}"), output);
    }

    /// <summary>A server that listens at all addresses does so at loopback.</summary>
    private static IPAddress Local(IPAddress address) =>
        !Endpoints.IsAny(address) ? address : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback : IPAddress.Loopback;

    /// <summary>A server with TLS closes a connection that speaks without.</summary>
    /// <param name="encrypted">The same question over TLS.</param>
    private static async Task<int> AskAsync(Uri question, Uri encrypted, TextWriter output)
    {
#pragma warning disable CA5359 // It asks this machine for what is no secret, and says none: any certificate will do.
        var handler = new SocketsHttpHandler { UseProxy = false, SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { Timeout = AnswersWithin };
        try
        {
            using var answer = await GetAsync(client, question, encrypted);
            await output.WriteAsync(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            var why = e is HttpRequestException ? e.Message : $"not within {AnswersWithin.TotalSeconds:0} s";
            await output.WriteLineAsync($"{question} does not answer: {why}");
            return 1;
        }
    }

    private static async Task<HttpResponseMessage> GetAsync(HttpClient client, Uri question, Uri encrypted)
    {
        try
        {
            return await client.GetAsync(question);
        }
        catch (HttpRequestException e) when (e.HttpRequestError != HttpRequestError.ConnectionError)
        {
            return await client.GetAsync(encrypted);
        }
    }
}
