using System.Collections;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Sheaf.Silo.Storage;
using Sheaf.Specs;
using Sheaf.Surroundings;
using Sheaf.Training.Trials;

namespace Sheaf.Silo.UserCode;

/// <summary>
/// Tries a spec's classes of the user's own in a process of its own, within a limit of time and of memory: whatever they do, this silo does not die of it.
/// One trial
/// at a time. Thread-safe.
/// </summary>
internal sealed class TrialRunner(PackageCache packages, DataFolder folder, SiloOptions options, TimeProvider time) : ITrialRunner, IDisposable
{
    private const int LastWords = 400;

    /// <summary>The variables that a program needs to run; what else a silo was started with, secrets included, is not for users' code.</summary>
    private static readonly string[] Passed = ["PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH"];

    private readonly SemaphoreSlim _one = new(1);

    /// <inheritdoc/>
    public async Task<TrialResult> Try(string specYaml, string basePath, ExperimentSpec spec, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        var work = Path.Combine(folder.Own, "trial");
        try
        {
            // That of a silo that was killed in a trial is still there.
            Delete(work);
            Directory.CreateDirectory(work);
            return await Run(specYaml, basePath, spec.Model.IsOfUser ? "model" : spec.UserCode.First().Key, work, cancellationToken);
        }
        finally
        {
            Delete(work);
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<TrialResult> Run(string specYaml, string basePath, string key, string work, CancellationToken cancellationToken)
    {
        var reports = Path.Combine(work, "reports");
        await File.WriteAllTextAsync(reports, "", cancellationToken);
        using var process = Process.Start(Start(basePath, reports, work))!;
        var words = new Tail(LastWords);
        process.ErrorDataReceived += (_, line) => words.Add(line.Data);
        process.OutputDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            try
            {
                await process.StandardInput.WriteAsync(specYaml.AsMemory(), cancellationToken);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It has died already; its end says more.
            }

            var verdict = await Watch(process, cancellationToken);
            var (result, doing) = Read(reports);
            return result ?? new(null, [$"{key}: {verdict ?? Died(process, words)}{(doing is null ? "" : $" It was at: {doing}.")}"]);
        }
        finally
        {
            // What it has open is closed before its folder is deleted.
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Null: it ended by itself. Otherwise why it was ended.</summary>
    private async Task<string?> Watch(Process process, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var exited = process.WaitForExitAsync(cancellationToken);
        // Nothing tells how much memory a process takes, so it is looked at while it runs.
        while (await Task.WhenAny(exited, Task.Delay(options.TrialEvery, time, cancellationToken)) != exited)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (time.GetElapsedTime(began) > options.TrialTime)
            {
                Kill(process);
                return $"the trial of your classes did not end within {options.TrialTime.TotalSeconds:0} s; a loop without end, or slower than the silo "
                    + $"allows (--trial-time).";
            }

            if (Memory(process) > options.TrialMemory)
            {
                Kill(process);
                return $"the trial of your classes took more than {options.TrialMemory >> 20} MiB of memory; make model, batch or shards smaller, or ask "
                    + $"for more (--trial-memory).";
            }
        }

        await exited;
        return null;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Died(Process process, Tail words)
    {
        var how = process.ExitCode switch
        {
            0 => "your classes ended the process",
            134 => "the process that tried your classes was aborted, as libtorch does when shapes or types do not fit in a way that it does not check",
            139 => "the process that tried your classes crashed (a segmentation fault)",
            137 => "the process that tried your classes was killed, perhaps because the machine has too little memory",
            var code => $"the process that tried your classes ended with code {code}",
        };
        return words.Text is { Length: > 0 } last ? $"{how}; it said: {Printable.Of(last)}." : $"{how}.";
    }

    private ProcessStartInfo Start(string basePath, string reports, string work)
    {
        // However this program was started: by its own executable, or as an assembly by "dotnet".
        var program = Path.Combine(AppContext.BaseDirectory, "Sheaf.Silo");
        var host = Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath : null;
        var start = new ProcessStartInfo
        {
            FileName = host ?? program,
            WorkingDirectory = work,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            if (Passed.Contains(name) || name.StartsWith("DOTNET_", StringComparison.Ordinal))
            {
                start.Environment[name] = (string?)variable.Value;
            }
        }

        if (host is not null)
        {
            start.ArgumentList.Add($"{program}.dll");
        }

        start.ArgumentList.Add(TrialProgram.Verb);
        start.ArgumentList.Add(packages.Packages.Root);
        start.ArgumentList.Add(basePath);
        start.ArgumentList.Add(reports);
        start.ArgumentList.Add(folder.DataCache ?? "");
        start.ArgumentList.Add(options.DataCacheLimit.ToString(CultureInfo.InvariantCulture));
        start.ArgumentList.Add(folder.Datasets);
        return start;
    }

    private static (TrialResult? Result, string? Doing) Read(string reports)
    {
        string? doing = null;
        foreach (var line in File.ReadLines(reports))
        {
            TrialReport? report;
            try
            {
                report = JsonSerializer.Deserialize<TrialReport>(line);
            }
            catch (JsonException)
            {
                // It died while it wrote.
                continue;
            }

            if (report?.Result is { } result)
            {
                return (result, null);
            }

            doing = report?.Doing ?? doing;
        }

        return (null, doing);
    }

    private static long Memory(Process process)
    {
        try
        {
            return OwnMemory(process.Id);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException)
        {
            // It has ended.
            return 0;
        }
    }

    /// <summary>What it allocated, without the pages of files that it maps: those are the system's to take back.</summary>
    private static long OwnMemory(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(each => each.StartsWith("RssAnon:", StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) << 10;
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended.
        }
    }

    /// <summary>The line that says most of a program's last words: what a C++ exception says, else the first of a .NET one, else the last.</summary>
    private sealed class Tail(int longest)
    {
        private readonly Lock _gate = new();
        private string _last = "";
        private bool _isFound;

        public string Text
        {
            get
            {
                lock (_gate)
                {
                    return _last;
                }
            }
        }

        public void Add(string? line)
        {
            lock (_gate)
            {
                if (string.IsNullOrWhiteSpace(line) || _isFound)
                {
                    return;
                }

                _isFound = line.Contains("what():", StringComparison.Ordinal) || line.StartsWith("Unhandled exception.", StringComparison.Ordinal);
                var text = line.Replace("what():", "", StringComparison.Ordinal).Trim();
                _last = text.Length > longest ? text[..longest] : text;
            }
        }
    }
}
