using System.Net;
using System.Text.Json;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Sheaf.Api.Hosting;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;
using Sheaf.Tests.Cluster.Hosting;
using Sheaf.Tests.Security;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>Who may call a silo, over the wire.</summary>
[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class SecurityTests : IDisposable
{
    private static readonly Dictionary<string, string> Tokens = ((string[])["viewer", "submitter", "admin"]).ToDictionary(role => role, _ => ApiToken.Create());

    private readonly TestFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private string AuditLog => Path.Combine(_folder.Root, "audit.jsonl");

    private SecurityOptions WithTokens => new()
    {
        Tokens = TokensFile(), AuditLog = AuditLog, CertificateEvery = TimeSpan.Zero,
        MaxRefusedRecords = int.MaxValue
    };

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    /// <summary>Every call of the protos by everybody, with an empty request: what is let through fails for want of an id.</summary>
    [Fact]
    public async Task EveryCall_IsForItsRoleAndThoseAbove_AndWhatChangesSomethingIsAudited()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens);
        foreach (var method in Methods())
        {
            var call = $"{method.Service.FullName}/{method.Name}";
            var wanted = CallRoles.Of(call)!;
            foreach (var (who, token) in ((string, string?)[])[("", null), ("", ApiToken.Create()), ("viewer", Tokens["viewer"]), ("submitter",
                Tokens["submitter"]), ("admin", Tokens["admin"])])
            {
                File.Delete(AuditLog);
                var status = await Status(silo, method, token);
                var may = who.Length > 0 && RoleNames.Find(who) >= wanted.Role;
                Assert.True(
                    may ? status.StatusCode is not (StatusCode.Unauthenticated or StatusCode.PermissionDenied)
                    : status.StatusCode == (who.Length > 0 ? StatusCode.PermissionDenied : StatusCode.Unauthenticated),
                    $"{call} by '{who}': {status}");
                var lines = File.Exists(AuditLog) ? await File.ReadAllLinesAsync(AuditLog, TestSilo.Guard) : [];
                Assert.Equal(!may || wanted.Changes ? 1 : 0, lines.Length);
                foreach (var line in lines.Select(line => JsonDocument.Parse(line).RootElement))
                {
                    Assert.Equal((who, call, status.StatusCode.ToString()), (Text(line, "who"), Text(line, "call"), Text(line, "outcome")));
                    Assert.StartsWith("127.0.0.1:", Text(line, "from"), StringComparison.Ordinal);
                }
            }
        }

        var refused = silo.Service<RefusedCalls>();
        Assert.Equal(2 * Methods().Count(), refused.Of(RefusalCause.Unknown));
        Assert.Equal(
            CallRoles.All.Values.Sum(call => (int)call.Role), refused.Of(RefusalCause.Forbidden));
    }

    [Fact]
    public async Task AuditLog_NamesWhoDidWhatToWhat_AndIsForItsOwnerAlone()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var experiments = new V1.Experiments.ExperimentsClient(channel);
        var submit = new V1.SubmitRequest { ExperimentId = "audited", SpecYaml = TestFolder.Spec(epochs: 20_000), BasePath = _folder.Root };
        await experiments.SubmitAsync(submit, As("submitter"), cancellationToken: TestSilo.Guard);
        await experiments.CancelAsync(new() { ExperimentId = "audited" }, As("admin"), cancellationToken: TestSilo.Guard);
        await silo.Ended("audited");

        var lines = (await File.ReadAllLinesAsync(AuditLog, TestSilo.Guard)).Select(line => JsonDocument.Parse(line).RootElement).ToArray();

        Assert.Equal(
            [("submitter", "submitter", "sheaf.v1.Experiments/Submit", "audited", "OK"), ("admin", "admin", "sheaf.v1.Experiments/Cancel", "audited", "OK")],
            lines.Select(line => (Text(line, "who"), Text(line, "role"), Text(line, "call"), Text(line, "object"), Text(line, "outcome"))));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(AuditLog));
    }

    [Fact]
    public async Task Rest_SteersForWhoMay_AndProbesAreOpen()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens);
        await silo.Submit(_folder, "steered", TestFolder.Spec(epochs: 20_000));
        using var http = new HttpClient { BaseAddress = new(silo.Addresses.Http) };
        async Task<(HttpStatusCode, string)> Ask(string path, string? who, bool cancel = false)
        {
            using var request = new HttpRequestMessage(cancel ? HttpMethod.Post : HttpMethod.Get, path);
            request.Content = cancel ? new StringContent("{}", System.Text.Encoding.UTF8, "application/json") : null;
            request.Headers.Authorization = who is null ? null : new("Bearer", Tokens[who]);
            using var answer = await http.SendAsync(request, TestSilo.Guard);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(TestSilo.Guard));
        }

        Assert.Equal(HttpStatusCode.OK, (await Ask("v1/experiments", "viewer")).Item1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask("v1/experiments", null)).Item1);
        var (status, body) = await Ask("v1/experiments/steered/cancel", "viewer", cancel: true);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Equal(
            "Cancel asks for the role submitter; 'viewer' has the role viewer. Ask whoever keeps this server's tokens.",
            JsonDocument.Parse(body).RootElement.GetProperty("message").GetString());
        Assert.Equal("steered", Text(JsonDocument.Parse((await File.ReadAllLinesAsync(AuditLog, TestSilo.Guard))[^1]).RootElement, "object"));
        Assert.Equal(HttpStatusCode.OK, (await Ask("v1/experiments/steered/cancel", "submitter", cancel: true)).Item1);
        await silo.Ended("steered");
        Assert.Contains("\"role\":\"viewer\"", (await Ask("v1/whoami", "viewer")).Item2.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask("metrics", null)).Item1);
        Assert.Equal(HttpStatusCode.OK, (await Ask("metrics", "viewer")).Item1);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Ask("no/such/path", null)).Item1);
        foreach (var probe in (string[])["livez", "readyz", "startupz", "identity"])
        {
            Assert.Equal(HttpStatusCode.OK, (await Ask(probe, null)).Item1);
        }

        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        await new Grpc.Health.V1.Health.HealthClient(channel).CheckAsync(new(), cancellationToken: TestSilo.Guard);
        using var reflection = new Grpc.Reflection.V1Alpha.ServerReflection.ServerReflectionClient(channel).ServerReflectionInfo(
            cancellationToken: TestSilo.Guard);
        var refused = await Assert.ThrowsAsync<RpcException>(() => reflection.ResponseStream.MoveNext(TestSilo.Guard));
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Silo_MakesNoKeysForCookies_InTheUsersHome()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens);

        Assert.DoesNotContain(
            silo.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(), service => service.GetType().FullName!.Contains("DataProtection",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task TokenThatIsTakenOut_IsRefusedAtTheNextCall()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var cluster = new V1.Cluster.ClusterClient(channel);
        var known = await cluster.WhoAmIAsync(new(), As("viewer"), cancellationToken: TestSilo.Guard);
        Assert.Equal(("viewer", "viewer", "token", "alone"), (known.Name, known.Role, known.Authentication, known.Server));

        await File.WriteAllTextAsync(WithTokens.Tokens!, $"admin admin {ApiToken.Hash(Tokens["admin"])}\n", TestSilo.Guard);

        var refused = await Assert.ThrowsAsync<RpcException>(() => cluster.WhoAmIAsync(new(), As("viewer"), cancellationToken: TestSilo.Guard).ResponseAsync);
        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.StartsWith("The token is none of this server's", refused.Status.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ServerWithoutTokens_TakesEverybodyForAnAdmin_AndSaysSo()
    {
        await using var silo = await TestSilo.Start(_folder);
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);

        var known = await new V1.Cluster.ClusterClient(channel).WhoAmIAsync(new(), cancellationToken: TestSilo.Guard);

        Assert.Equal(("anonymous", "admin", "none"), (known.Name, known.Role, known.Authentication));
    }

    [Fact]
    public async Task Tls_ShowsTheCertificateThatTheFilesHaveNow_AndBreaksNoConnection()
    {
        var (certificate, key) = _authority.Issue("tls");
        await using var silo = await TestSilo.Start(
            _folder, security: WithTokens with { TlsCertificate = certificate, TlsKey = key, TlsCa = _authority.CaFile });
        Assert.StartsWith("https://", silo.Addresses.Grpc, StringComparison.Ordinal);
        var (before, first) = (new List<string>(), new List<string>());
        using var old = Trusting(silo, before);
        await Who(old);
        Assert.Single(before);

        var (renewed, renewedKey) = _authority.Issue("renewed");
        File.Move(renewedKey, key, overwrite: true);
        File.Move(renewed, certificate, overwrite: true);

        using var fresh = Trusting(silo, first);
        await Who(fresh);
        await Who(old);
        Assert.Single(before);
        Assert.Equal("CN=renewed", Assert.Single(first));
        var output = new StringWriter();
        Assert.Equal(0, await HealthProbe.RunAsync(["--probe", "livez", "--http", new Uri(silo.Addresses.Http).Authority], "", output));
        Assert.Equal("ok\n", output.ToString());

        using var stranger = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        Assert.Equal(StatusCode.Internal, (await Assert.ThrowsAsync<RpcException>(() => Who(stranger))).StatusCode);

        Task Who(GrpcChannel channel) => new V1.Cluster.ClusterClient(channel).WhoAmIAsync(new(), As("viewer"),
            cancellationToken: TestSilo.Guard).ResponseAsync;
    }

    [Fact]
    public async Task Caller_WhoAsksTooMuch_IsToldWhatToDo_AndOthersAreServed()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens with { MaxCalls = 1, MaxStreams = 1, MaxRequest = 64 * 1024 });
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var cluster = new V1.Cluster.ClusterClient(channel);
        var calls = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
        {
            try
            {
                await cluster.PingAsync(new(), As("viewer"), cancellationToken: TestSilo.Guard);
                return null;
            }
            catch (RpcException e)
            {
                return e;
            }
        }));
        Assert.Contains(null, calls);
        var refused = calls.OfType<RpcException>().First();
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Equal("'viewer' made more than 1 calls in a second: wait a second, then repeat. The server's option --max-calls says how many.",
            refused.Status.Detail);
        await cluster.PingAsync(new(), As("admin"), cancellationToken: TestSilo.Guard);
        Assert.Equal(calls.Count(call => call is not null), silo.Service<RefusedCalls>().Of(RefusalCause.Rate));

        var tooLong = new V1.SubmitRequest { ExperimentId = "long", SpecYaml = new string('#', 70_000) };
        refused = await Assert.ThrowsAsync<RpcException>(
            () => new V1.Experiments.ExperimentsClient(channel).SubmitAsync(tooLong, As("submitter"), cancellationToken: TestSilo.Guard).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.StartsWith("The request is longer than 65536 bytes", refused.Status.Detail, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = new(silo.Addresses.Http) };
        using var answer = await http.PostAsync(new Uri("v1/experiments", UriKind.Relative), new StringContent(new string('#', 70_000)), TestSilo.Guard);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Equal(2, silo.Service<RefusedCalls>().Of(RefusalCause.Size));
    }

    [Fact]
    public async Task Caller_WithTooManyStreams_IsToldToEndOne()
    {
        await using var silo = await TestSilo.Start(_folder, security: WithTokens with { MaxStreams = 1 });
        await silo.Submit(_folder, "watched", TestFolder.Spec(epochs: 20_000));
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var experiments = new V1.Experiments.ExperimentsClient(channel);
        using var one = experiments.Watch(new() { ExperimentId = "watched" }, As("viewer"), cancellationToken: TestSilo.Guard);
        Assert.True(await one.ResponseStream.MoveNext(TestSilo.Guard));

        using var two = experiments.Watch(new() { ExperimentId = "watched" }, As("viewer"), cancellationToken: TestSilo.Guard);
        var refused = await Assert.ThrowsAsync<RpcException>(() => two.ResponseStream.MoveNext(TestSilo.Guard));

        Assert.Equal(StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.StartsWith("'viewer' has 1 open streams: end one", refused.Status.Detail, StringComparison.Ordinal);
        using var another = experiments.Watch(new() { ExperimentId = "watched" }, As("submitter"), cancellationToken: TestSilo.Guard);
        Assert.True(await another.ResponseStream.MoveNext(TestSilo.Guard));
        Assert.Null((await silo.Coordinator("watched").Want(Contracts.Grains.Messages.DesiredState.Cancel)).Refusal);
        await silo.Ended("watched");
    }

    private static Metadata As(string who) => new() { { "authorization", $"Bearer {Tokens[who]}" } };

    private static string? Text(JsonElement line, string key) => line.GetProperty(key).GetString();

    private static IEnumerable<MethodDescriptor> Methods() =>
        ((FileDescriptor[])[V1.ExperimentsReflection.Descriptor, V1.CheckpointsReflection.Descriptor, V1.PackagesReflection.Descriptor,
            V1.ClusterReflection.Descriptor])
            .SelectMany(file => file.Services).SelectMany(service => service.Methods);

    private static async Task<Status> Status(TestSilo silo, MethodDescriptor descriptor, string? token)
    {
        using var channel = GrpcChannel.ForAddress(silo.Addresses.Grpc);
        var bytes = Marshallers.Create(static (byte[] all) => all, static all => all);
        var type = descriptor.IsServerStreaming ? MethodType.ServerStreaming : MethodType.Unary;
        var method = new Method<byte[], byte[]>(type, descriptor.Service.FullName, descriptor.Name, bytes, bytes);
        var options = new CallOptions(token is null ? [] : new Metadata { { "authorization", $"Bearer {token}" } }, cancellationToken: TestSilo.Guard);
        try
        {
            if (descriptor.IsServerStreaming)
            {
                using var streaming = channel.CreateCallInvoker().AsyncServerStreamingCall(method, null, options, []);
                while (await streaming.ResponseStream.MoveNext(TestSilo.Guard))
                {
                }

                return streaming.GetStatus();
            }

            using var unary = channel.CreateCallInvoker().AsyncUnaryCall(method, null, options, []);
            await unary.ResponseAsync;
            return unary.GetStatus();
        }
        catch (RpcException e)
        {
            return e.Status;
        }
    }

    private GrpcChannel Trusting(TestSilo silo, List<string> shown)
    {
        var authorities = new AuthorityFile(("--ca", _authority.CaFile), TimeProvider.System, TimeSpan.Zero);
        var handler = new SocketsHttpHandler
        {
            SslOptions = new()
            {
                RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
                {
                    shown.Add(certificate!.Subject);
                    return !errors.HasFlag(System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch) && authorities.Issued(certificate, chain,
                        ofServer: true);
                },
            },
        };
        return GrpcChannel.ForAddress(silo.Addresses.Grpc, new() { HttpHandler = handler, DisposeHttpClient = true });
    }

    private string TokensFile()
    {
        var file = Path.Combine(_folder.Root, "tokens");
        if (!File.Exists(file))
        {
            File.WriteAllLines(file, Tokens.Select(token => $"{token.Key} {token.Key} {ApiToken.Hash(token.Value)}"));
        }

        return file;
    }
}
