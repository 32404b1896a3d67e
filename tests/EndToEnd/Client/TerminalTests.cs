using System.Collections;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Sheaf.Client.Failures;
using Sheaf.V1;

namespace Sheaf.Tests.EndToEnd.Client;

/// <summary>Whatever text a server sends, a terminal shows it and obeys none of it.</summary>
public sealed class TerminalTests : IAsyncLifetime
{
    private const string Evil = "\e[31mEVIL\e]0;title\a\u009b2J\u202E";

    private readonly TestClient _client = new();
    private FakeServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await FakeServer.StartAsync();
        _client.With(_server);
        _server.Experiments.OnList = _ => [Filled<ExperimentSummary>()];
        _server.Experiments.OnDescribe = _ => Filled<Experiment>();
        _server.Experiments.OnPause = _ => Task.FromResult(Filled<Experiment>());
        _server.Experiments.OnWhy = _ => Filled<WhyResponse>();
        _server.Experiments.OnLogs = _ => [Filled<LogLine>()];
        _server.Experiments.OnWatch = _ =>
        {
            var ended = Filled<Experiment>();
            ended.State = State.Failed;
            return Answers.Stream(
                new Update { Event = Filled<Event>() }, new Update { Sequence = 1, Checkpoint = Filled<Checkpoint>() }, Answers.Update(2, ended));
        };
        _server.Experiments.OnResume = _ => throw FakeServer.Refusal(Filled<Violation>());
        _server.Experiments.OnCancel = _ => throw FakeServer.Error(Grpc.Core.StatusCode.Internal, "EVIL\e[2J");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _client.Dispose();
    }

    [Theory]
    [InlineData("list", ExitCode.Ok)]
    [InlineData("describe x", ExitCode.Ok)]
    [InlineData("pause x", ExitCode.Ok)]
    [InlineData("why x", ExitCode.Ok)]
    [InlineData("logs x", ExitCode.Ok)]
    [InlineData("watch x", ExitCode.RunFailed)]
    [InlineData("resume x", ExitCode.BadUsage)]
    [InlineData("cancel x", ExitCode.RunFailed)]
    public async Task Verb_ShowsWhatATerminalWouldObeyAsEscapes(string verb, int code)
    {
        Assert.Equal(code, await _client.RunAsync(verb.Split(' ')));

        var shown = _client.Out.Text + _client.Error.Text;
        Assert.Contains("EVIL", shown, StringComparison.Ordinal);
        Assert.DoesNotContain(shown, c => (char.IsControl(c) && c != '\n') || c == '\u202E');
    }

    [Fact]
    public async Task Json_HasTheServersTextAsItIs()
    {
        Assert.Equal(ExitCode.Ok, await _client.RunAsync("describe", "x", "--output", "json"));

        Assert.Equal(Evil, Assert.Single(_client.JsonLines).GetProperty("reason").GetString());
    }

    /// <summary>A message every text of which, at any depth, is <see cref="Evil"/>.</summary>
    private static T Filled<T>()
        where T : IMessage, new()
    {
        var message = new T();
        Fill(message, 0);
        return message;
    }

    private static void Fill(IMessage message, int depth)
    {
        foreach (var field in message.Descriptor.Fields.InFieldNumberOrder().Where(field => !field.IsMap && depth < 3))
        {
            if (field.FieldType == FieldType.String && field.IsRepeated)
            {
                ((IList)field.Accessor.GetValue(message)).Add(Evil);
            }
            else if (field.FieldType == FieldType.String)
            {
                field.Accessor.SetValue(message, Evil);
            }
            else if (field.FieldType == FieldType.Message && field.MessageType.File.Package == "sheaf.v1")
            {
                var part = field.MessageType.Parser.ParseFrom(ByteString.Empty);
                Fill(part, depth + 1);
                if (field.IsRepeated)
                {
                    ((IList)field.Accessor.GetValue(message)).Add(part);
                }
                else
                {
                    field.Accessor.SetValue(message, part);
                }
            }
        }
    }
}
