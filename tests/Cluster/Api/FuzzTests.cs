using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Sheaf.Api.Security;
using Sheaf.Surroundings.Security;
using Sheaf.Tests.Cluster.Hosting;

namespace Sheaf.Tests.Cluster.Api;

/// <summary>
/// Every method of the API, called with anything: bytes that are no message, messages of random fields, frames of wrong lengths; by a caller whom nobody
/// knows and by an administrator. SHEAF_FUZZ_INPUTS (600) and SHEAF_FUZZ_SEED (1) say how many calls each makes, and which.
/// </summary>
[Trait("Category", "Slow")]
[Collection(nameof(HttpTests))]
public sealed class FuzzTests : IDisposable
{
    private const int Unauthenticated = 16;

    /// <summary>
    /// Unknown and Internal: nobody thought of it. The library answers so to a single message that is none; a message, and a stream of whatever, have a better
    /// answer.
    /// </summary>
    private static readonly int[] Thoughtless = [2, 13];

    private static readonly MethodDescriptor[] Methods =
    [
        .. new[] { V1.ExperimentsReflection.Descriptor, V1.CheckpointsReflection.Descriptor, V1.ClusterReflection.Descriptor, V1.PackagesReflection.Descriptor }
            .SelectMany(file => file.Services).SelectMany(service => service.Methods),
    ];

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Calls_WithAnythingInThem_AreRefusedInOrderAndTheSiloGoesOn()
    {
        var token = ApiToken.Create();
        var tokens = Path.Combine(_folder.Root, "tokens");
        await File.WriteAllTextAsync(tokens, $"root admin {ApiToken.Hash(token)}\n", TestSilo.Guard);
        await using var silo =
            await TestSilo.Start(_folder, "cpu:1", security: new SecurityOptions { Tokens = tokens, MaxCalls = int.MaxValue, AuditLog = "/dev/null" });
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new(silo.Addresses.Grpc.ToString()) };
        var random = new Random(Number("SHEAF_FUZZ_SEED", 1));
        var count = Number("SHEAF_FUZZ_INPUTS", 600);
        var (said, strange, warm) = (new SortedDictionary<string, int>(StringComparer.Ordinal), new List<string>(), 0L);
        for (var call = 0; call < 2 * count; call++)
        {
            var known = call >= count;
            var method = Methods[random.Next(Methods.Length)];
            var body = Body(random, method);
            var status = await Call(client, method, body, known ? token : random.Next(2) == 0 ? null : Convert.ToHexString(Bytes(random, 20)));
            var name = $"{(known ? "administrator" : "nobody")}: {status?.ToString(CultureInfo.InvariantCulture) ?? "still answering"}";
            said[name] = said.GetValueOrDefault(name) + 1;
            if ((!known && status != Unauthenticated)
                || (status is { } code && Thoughtless.Contains(code) && (method.IsClientStreaming || IsMessage(method, body))))
            {
                strange.Add($"{method.FullName} by {name} with {Convert.ToHexString(body)[..Math.Min(200, 2 * body.Length)]}");
            }

            if (warm == 0 && call > count / 5)
            {
                warm = Memory();
            }
        }

        var grown = Memory() - warm;
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{2 * count} calls of {Methods.Length} methods; answers by gRPC's code: {string.Join(", ", said.Select(pair => $"{pair.Key} x {pair.Value}"))}; "
            + $"{grown >> 10} KiB more memory than after a tenth of them; {strange.Count} strange");
        Assert.True(strange.Count == 0, string.Join('\n', strange.Take(10)));
        Assert.True(grown < 64 << 20, $"{grown} bytes more memory");
        Assert.NotEmpty((await silo.Grains.GetGrain<Sheaf.Contracts.Grains.IDevicePoolGrain>(Sheaf.Contracts.Grains.IDevicePoolGrain.Key).Describe()));
    }

    /// <returns>gRPC's status; null: a stream that goes on.</returns>
    private static async Task<int?> Call(HttpClient client, MethodDescriptor method, byte[] body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/{method.Service.FullName}/{method.Name}")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = new ByteArrayContent(body),
        };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        request.Headers.TE.Add(new("trailers"));
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("authorization", $"Bearer {token}");
        }

        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken,
            new CancellationTokenSource(TimeSpan.FromSeconds(5)).Token);
        try
        {
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseContentRead, patience.Token);
            if (answer.StatusCode is HttpStatusCode.Unauthorized)
            {
                return Unauthenticated;
            }

            var header = answer.Headers.TryGetValues("grpc-status", out var early) ? early
                : answer.TrailingHeaders.TryGetValues("grpc-status", out var late) ? late : [];
            return header.FirstOrDefault() is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : -(int)answer.StatusCode;
        }
        catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool IsMessage(MethodDescriptor method, byte[] body)
    {
        try
        {
            _ = method.InputType.Parser.ParseFrom(body, 5, body.Length - 5);
            return body[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(1)) == body.Length - 5;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }

    private static byte[] Body(Random random, MethodDescriptor method)
    {
        var payload = random.Next(4) switch
        {
            0 => Bytes(random, random.Next(200)),
            1 => Changed(random, Any(random, method.InputType, 0).ToByteArray()),
            _ => Any(random, method.InputType, 0).ToByteArray(),
        };
        var frame = new byte[5 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), random.Next(20) == 0 ? random.Next(int.MinValue, int.MaxValue) : payload.Length);
        frame[0] = (byte)(random.Next(20) == 0 ? random.Next(256) : 0);
        payload.CopyTo(frame, 5);
        return frame;
    }

    /// <summary>A message whose fields have values that their types allow.</summary>
    private static IMessage Any(Random random, MessageDescriptor type, int depth)
    {
        var message = type.Parser.ParseFrom([]);
        foreach (var field in type.Fields.InFieldNumberOrder().Where(field => !field.IsMap && random.Next(3) > 0))
        {
            if (field.FieldType == FieldType.Message && depth > 2)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(message);
                for (var i = random.Next(4); i > 0; i--)
                {
                    list.Add(Value(random, field, depth));
                }
            }
            else
            {
                field.Accessor.SetValue(message, Value(random, field, depth));
            }
        }

        return message;
    }

    private static object Value(Random random, FieldDescriptor field, int depth) => field.FieldType switch
    {
        FieldType.String => random.Next(3) switch { 0 => "tiny-1", 1 => Text(random, 20), _ => Text(random, 2000) },
        FieldType.Bytes => ByteString.CopyFrom(Bytes(random, random.Next(1000))),
        FieldType.Bool => random.Next(2) == 0,
        FieldType.Double => BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)),
        FieldType.Float => BitConverter.Int32BitsToSingle(random.Next()),
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, random.Next(-1, 9)),
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => random.Next(4) == 0 ? int.MinValue : random.Next(-5, 1000),
        FieldType.UInt32 or FieldType.Fixed32 => random.Next(4) == 0 ? uint.MaxValue : (uint)random.Next(1000),
        FieldType.UInt64 or FieldType.Fixed64 => random.Next(4) == 0 ? ulong.MaxValue : (ulong)random.Next(1000),
        FieldType.Message => Any(random, field.MessageType, depth + 1),
        _ => random.Next(4) == 0 ? long.MinValue : random.NextInt64(-5, 100_000),
    };

    private static byte[] Changed(Random random, byte[] bytes)
    {
        for (var changes = random.Next(1, 5); changes > 0 && bytes.Length > 0; changes--)
        {
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        }

        return bytes;
    }

    private static string Text(Random random, int most) =>
        new([.. Enumerable.Range(0, random.Next(most)).Select(_ => random.Next(4) == 0 ? (char)random.Next(1, 0xD000) : (char)random.Next(' ', 127))]);

    private static byte[] Bytes(Random random, int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static int Number(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
