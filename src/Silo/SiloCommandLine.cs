using System.Globalization;

namespace Sheaf.Silo;

/// <summary>Reads the server's command line.</summary>
public static class SiloCommandLine
{
    public const string Usage = """
        Usage: Sheaf.Silo [options]
          --data DIR         where everything is kept (default: $XDG_DATA_HOME/sheaf or ~/.local/share/sheaf)
          --listen IP:PORT   gRPC (default 127.0.0.1:7433; port 0 takes a free one)
          --http IP:PORT     /metrics, /livez, /readyz (default 127.0.0.1:7434)
          --devices cpu:N    devices to offer, one core each (default: all cores)
          --name NAME        the silo's name (default: the machine's)
          --announce FILE    write a JSON line {pid, grpc, http} there when ready
          --parent PID       stop when that process is gone
        """;

    /// <exception cref="FormatException">Says which option is wrong and what is allowed.</exception>
    public static SiloOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new SiloOptions();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [var key, var text] ? (key, text) : (arguments[i], i + 1 < arguments.Count ? arguments[++i] : null);
            if (value is null)
            {
                throw new FormatException($"{name} needs a value.\n{Usage}");
            }

            options = name switch
            {
                "--data" => options with { Data = value },
                "--listen" => options with { Listen = value },
                "--http" => options with { Http = value },
                "--devices" => options with { Devices = value },
                "--name" => options with { Name = value },
                "--announce" => options with { Announce = value },
                "--parent" => options with { Parent = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : throw new FormatException($"--parent {value}: expected a process id.") },
                _ => throw new FormatException($"{name} is no option.\n{Usage}"),
            };
        }

        return options;
    }
}
