using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;

namespace Hostile;

/// <summary>One run of the application as a process of its own.</summary>
internal sealed class AppProcess : IDisposable
{
    // Generous: only a defect makes a scenario wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly BlockingCollection<string> _answers = [];
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();

    /// <param name="directory">Where it writes.</param>
    /// <param name="settings">Configuration, as KEY=VALUE.</param>
    /// <param name="before">Shell commands that run in the process before it becomes the application.</param>
    /// <param name="environment">Variables.</param>
    public AppProcess(string directory, IEnumerable<string> settings, string before, IEnumerable<(string Name, string Value)> environment)
    {
        ProcessStartInfo start = new("/bin/sh", ["-c", before + "\nexec \"$0\" \"$@\"", "dotnet", "exec", typeof(AppProcess).Assembly.Location, "app", directory, .. settings])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => _errors.Enqueue(line.Data ?? "");
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public int Id => _process.Id;

    public bool IsAlive => !_process.HasExited;

    /// <summary>MemGuard's own lines so far.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    /// <summary>What came on the standard error, which is where the runtime says why a process was ended.</summary>
    public string Errors => string.Join(" / ", _errors.Where(static line => line.Length > 0).Take(6));

    /// <summary>Whether it was ended by the runtime, which could not throw an exception for want of memory, in code that is none of MemGuard's.</summary>
    public bool IsEndedByTheRuntime =>
        !IsAlive && _errors.Any(static line => line.Contains("System.Runtime.EH.DispatchEx", StringComparison.Ordinal)) && !_errors.Any(static line => line.Contains("MemGuard", StringComparison.Ordinal));

    /// <summary>Waits until the application runs.</summary>
    public AppProcess WaitUntilReady()
    {
        Next("ready");
        return this;
    }

    /// <summary>Gives a command and waits for its answer.</summary>
    public string Ask(string command)
    {
        Give(command);
        return Next(command);
    }

    /// <summary>Gives a command and does not wait.</summary>
    public void Give(string command)
    {
        try
        {
            _process.StandardInput.WriteLine(command);
            _process.StandardInput.Flush();
        }
        catch (IOException exception)
        {
            throw new ScenarioException($"the application has ended before '{command}': {Describe()}", exception);
        }
    }

    /// <summary>The figures of the command "status".</summary>
    public Dictionary<string, int> GetStatus() =>
        Ask("status").Split(' ').Select(static pair => pair.Split('=')).Where(static pair => pair.Length == 2).ToDictionary(static pair => pair[0], static pair => int.Parse(pair[1], CultureInfo.InvariantCulture));

    /// <summary>Asks it to stop, and waits.</summary>
    public void Stop()
    {
        Ask("stop");
        WaitForExit(0);
    }

    /// <summary>Waits for the end.</summary>
    public void WaitForExit(int code)
    {
        if (!_process.WaitForExit(Patience))
        {
            throw new ScenarioException("the application does not end");
        }

        _process.WaitForExit();
        if (_process.ExitCode != code)
        {
            throw new ScenarioException(Describe());
        }
    }

    /// <summary>Sends a signal by its name.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("/bin/sh", ["-c", string.Create(CultureInfo.InvariantCulture, $"kill -{name} {Id}")]);
        kill.WaitForExit();
    }

    public void Dispose()
    {
        if (IsAlive)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _answers.Dispose();
    }

    private string Next(string command)
    {
        if (!_answers.TryTake(out string? answer, Patience) || answer is null)
        {
            throw new ScenarioException($"'{command}' was not answered: {Describe()}");
        }

        return answer;
    }

    private string Describe() => IsAlive ? "the application hangs" : string.Create(CultureInfo.InvariantCulture, $"the application ended with {_process.ExitCode}: {Errors}");

    private void Take(string? line)
    {
        if (line is null)
        {
            _answers.CompleteAdding();
        }
        else if (line.StartsWith("log|", StringComparison.Ordinal))
        {
            _lines.Enqueue(line[4..]);
        }
        else if (line.StartsWith("answer|", StringComparison.Ordinal))
        {
            _answers.Add(line.Split('|', 3)[2]);
        }
    }
}
