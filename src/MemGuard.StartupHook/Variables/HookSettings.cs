using MemGuard.HeapSnapshots;
using Microsoft.Extensions.Options;

namespace MemGuard.StartupHook.Variables;

/// <summary>What the environment asks for. A value that cannot be used is a warning and never a failure: the operator is not the programmer.</summary>
internal sealed class HookSettings
{
    public MemGuardOptions Options { get; } = new();

    public HeapSnapshotOptions Snapshots { get; } = new();

    /// <summary>Where the lines go; null for the tool's folder, else the application's log, else the error output.</summary>
    public HookLogDestination? Log { get; set; }

    /// <summary>Whether the error output gets information too.</summary>
    public bool IsVerbose { get; set; }

    /// <summary>Whether SIGUSR2 takes a snapshot. Only where it is asked for: a process that was not built with MemGuard handles its signals as before.</summary>
    public bool ListensToSignal { get; set; }

    /// <summary>Reads the variables, each by itself.</summary>
    /// <returns>The settings, and a sentence for each that was left out.</returns>
    public static (HookSettings Settings, IReadOnlyList<string> Warnings) Read(IEnumerable<KeyValuePair<string, string>> variables)
    {
        HookSettings settings = new();
        List<string> warnings = [];
        foreach ((string name, string value) in variables)
        {
            string normal = EnvironmentVariables.Normalize(name);
            if (HookVariables.IsOther(normal))
            {
                continue;
            }

            if (HookVariables.Find(normal) is not { } variable)
            {
                warnings.Add($"The environment variable {VisibleText.OfName(name)} means nothing to MemGuard and is ignored. Is {NearestName.Find(normal, HookVariables.All).Name} meant?");
            }
            else if (FindProblem(variable, value) is { } problem)
            {
                warnings.Add($"The environment variable {VisibleText.OfName(name)} is '{VisibleText.OfName(value)}': {problem}. The default stays in force.");
            }
            else
            {
                variable.Set(settings, value);
            }
        }

        return (settings, warnings);
    }

    // On defaults: whatever else is set does not count against it.
    private static string? FindProblem(HookVariable variable, string value)
    {
        HookSettings trial = new();
        try
        {
            variable.Set(trial, value);
        }
        catch (FormatException unreadable)
        {
            return unreadable.Message;
        }

        if (variable.Option.Length == 0)
        {
            return null;
        }

        IEnumerable<string> failures = (new MemGuardOptionsValidator().Validate(null, trial.Options).Failures ?? []).Concat(new HeapSnapshotOptionsValidator().Validate(null, trial.Snapshots).Failures ?? []);
        return failures.FirstOrDefault()?.TrimEnd('.');
    }
}
