using System.Diagnostics;

namespace MutationTrials;

/// <summary>Starts a process for the trials, and another one as often as one gives up, dies or falls silent.</summary>
internal sealed class Supervisor(Settings settings, string[] args)
{
    // The longest that a process may be silent: measuring what the tests come by is the longest part of it.
    private static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(15);
    // A change that allocates without end must not take the machine with it.
    private const string HeapLimit = "0xC0000000";
    private const int MostAttemptsWithoutProgress = 3;

    private readonly Journal _journal = new(settings.JournalFile);

    /// <exception cref="InvalidOperationException">The trials do not get on.</exception>
    public Dictionary<int, Verdict> Run()
    {
        int attempts = 0;
        int known = _journal.ReadVerdicts().Count;
        while (true)
        {
            int exitCode = RunWorker();
            if (exitCode == 0)
            {
                return _journal.ReadVerdicts();
            }

            if (exitCode != Worker.Replace && _journal.FindInterrupted() is int mutant)
            {
                _journal.End(mutant, Verdict.Crashed, $"exit code {exitCode}");
            }

            int count = _journal.ReadVerdicts().Count;
            attempts = count > known ? 0 : attempts + 1;
            known = count;
            if (attempts == MostAttemptsWithoutProgress)
            {
                throw new InvalidOperationException($"The trials do not get on after {count} changes; the last process ended with exit code {exitCode}.");
            }
        }
    }

    private int RunWorker()
    {
        string tests = Path.ChangeExtension(Path.GetFullPath(settings.Tests), null);
        ProcessStartInfo start = new(Environment.ProcessPath!) { Environment = { ["DOTNET_GCHeapHardLimit"] = HeapLimit }, WorkingDirectory = Path.GetDirectoryName(tests), RedirectStandardOutput = true };
        string[] line = ["exec", "--runtimeconfig", tests + ".runtimeconfig.json", "--depsfile", tests + ".deps.json", typeof(Supervisor).Assembly.Location, Program.WorkerArgument, .. args];
        foreach (string argument in line)
        {
            start.ArgumentList.Add(argument);
        }

        using Process worker = Process.Start(start)!;
        // What the tests print is of no use here; the process speaks by its error output.
        worker.BeginOutputReadLine();
        DateTime begin = DateTime.UtcNow;
        while (!worker.WaitForExit(TimeSpan.FromSeconds(1)))
        {
            DateTime last = _journal.LastWrite > begin ? _journal.LastWrite : begin;
            if (DateTime.UtcNow - last > LongestSilence)
            {
                worker.Kill(entireProcessTree: true);
                worker.WaitForExit();
                break;
            }
        }

        return worker.ExitCode;
    }
}
