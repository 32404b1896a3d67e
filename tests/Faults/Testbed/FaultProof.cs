using System.Text.Json;

namespace Sheaf.Testbed;

/// <summary>The plans of faults of a cluster's silos, and the log that proves which of them fired.</summary>
internal sealed class FaultProof(string folder)
{
    private int _plans;

    public string Log { get; } = Path.Combine(folder, "faults.jsonl");

    public string Plan(string silo) => Path.Combine(folder, $"faults-{silo}.plan");

    /// <summary>Writes a silo's plan, for one that runs or one that will be started.</summary>
    /// <returns>What the silo writes into the log once it has armed it.</returns>
    public string Write(string silo, string plan)
    {
        var text = $"# {silo} {++_plans}\n{plan}";
        File.WriteAllText(Plan(silo) + ".part", text);
        File.Move(Plan(silo) + ".part", Plan(silo), overwrite: true);
        return text;
    }

    /// <summary>Faults that have fired may fire again.</summary>
    public void Forget() => File.Delete(Log);

    /// <summary>Waits until the silo has armed what <see cref="Write"/> returned, or has ended.</summary>
    public Task ArmedAsync(string text, SiloProcess silo) => Until.TrueAsync(
        () => silo.HasExited || Lines().Any(
            line => line.TryGetProperty("armed", out var armed) && armed.GetString() == text), $"the plan is armed:\n{text}\nThe log {Log} has:\n{Text()}");

    /// <summary>Faults that have fired, as they were written in a plan.</summary>
    public IReadOnlyList<(string Fault, int Pid)> Fired() =>
        [.. Lines().Where(line => line.TryGetProperty("fault", out _)).Select(
        line => (line.GetProperty("fault").GetString()!, line.GetProperty("pid").GetInt32()))];

    /// <returns>The process in which it fired.</returns>
    public async Task<int> FiredAsync(string fault)
    {
        await Until.TrueAsync(() => Fired().Any(fired => fired.Fault == fault), $"the fault {fault} fires; the log {Log} has:\n{Text()}");
        return Fired().First(fired => fired.Fault == fault).Pid;
    }

    private IEnumerable<JsonElement> Lines() => Text().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement);

    /// <summary>Whole lines only: one may be on its way.</summary>
    private string Text()
    {
        if (!File.Exists(Log))
        {
            return "";
        }

        var text = "";
        var wait = new SpinWait();
        while (true)
        {
            try
            {
                text = File.ReadAllText(Log);
                break;
            }
            catch (IOException) when (wait.Count < 10_000)
            {
                // A silo writes a line and lets nobody else in meanwhile.
                wait.SpinOnce();
            }
        }

        return text[..(text.LastIndexOf('\n') + 1)];
    }
}
