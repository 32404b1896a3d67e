using Sheaf.Tests.SiloProcess;

// A silo of the compat assemblies in a process of its own, for tests that kill, freeze or stop one; and the measurement of calls between two of them.
//   silo  CONNECTION CLUSTER NAME [PORT]   until SIGTERM; prints "ready ADDRESS" when it is active
//   bench CONNECTION                       two processes: median of an echo of 100 bytes, and the processor time of 50 calls a second
switch (args)
{
    case ["silo", var connection, var cluster, var name, .. var rest]:
        await using (var silo = await ProcessSilo.StartAsync(connection, cluster, name, rest.Length > 0 ? int.Parse(rest[0]) : 0))
        {
            Console.WriteLine($"ready {silo.Address.ToParsableString()}");
            await silo.StoppedAsync();
        }

        return 0;
    case ["bench", var connection]:
        await CallBenchmark.RunAsync(connection);
        return 0;
    default:
        Console.Error.WriteLine("usage: silo CONNECTION CLUSTER NAME [PORT] | bench CONNECTION");
        return 2;
}
