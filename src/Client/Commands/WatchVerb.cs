namespace Sheaf.Client.Commands;

internal static class WatchVerb
{
    public static Verb Create(Hosting.ClientHost host)
    {
        var id = ExperimentArgument.Create();
        var verb = new Verb("watch",
            "Follow an experiment until it ends, with live progress and the summary. Ctrl-C leaves it running. A lost server is waited for.",
            new Example("watch fashion-mnist-lenet-3f2a9c", "live progress"),
            new Example("watch fashion-mnist-lenet-3f2a9c --output json", "every update as one JSON object; the last is \"completed\""));
        verb.Arguments.Add(id);
        verb.Options.Add(FollowOptions.TensorBoard);
        verb.Handle(host, async invocation =>
        {
            using var server = await invocation.ConnectAsync();
            return await RemoteRun.FollowAsync(invocation, server, invocation.Parsed.GetRequiredValue(id), submitted: null);
        });
        return verb;
    }
}
