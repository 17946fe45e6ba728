using System.Globalization;

namespace Hostile.Scenarios;

/// <summary>No further thread, no further descriptor, no further byte: while an alert, a snapshot and a signal are under way.</summary>
internal static class LimitScenarios
{
    private const int HeapAttempts = 5;

    /// <summary>Idle workers of the thread pool stay.</summary>
    private static readonly (string, string) s_keepWorkers = ("DOTNET_ThreadPool_ThreadTimeoutMs", "-1");

    public static IEnumerable<Scenario> All =>
    [
        new("no limit at all, for comparison", Unlimited),
        new("limit on processes", Processes),
        new("limit on descriptors", Descriptors),
        new("hard limit on the heap", Heap),
    ];

    private static void Unlimited(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask("leak");
        Exercise(trial, app);
        trial.Note("alert: " + app.Ask("alert"));
        trial.Check(app.Lines.Any(static line => line.StartsWith("3001|", StringComparison.Ordinal)), "the alert was not written");
        app.Stop();
    }

    private static void Processes(Trial trial)
    {
        string group = $"/sys/fs/cgroup/pids/memguard-hostile-{Environment.ProcessId}";
        if (!Trial.Shell($"mkdir '{group}'"))
        {
            throw new SkippedException("no control group for processes can be made here");
        }

        try
        {
            AppProcess app = trial.Start($"echo $$ > '{group}/cgroup.procs'", environment: s_keepWorkers);
            app.Ask("leak");
            app.Ask("workers 16");
            app.Ask("wait 3");
            File.WriteAllText($"{group}/pids.max", File.ReadAllText($"{group}/pids.current"));
            Exercise(trial, app);
            File.WriteAllText($"{group}/pids.max", "max");

            // What waited for a thread comes as soon as there is one.
            trial.Note("alert: " + app.Ask("alert"));
            app.Ask("wait 3");
            app.Stop();
        }
        finally
        {
            Trial.Shell($"rmdir '{group}'");
        }
    }

    private static void Descriptors(Trial trial)
    {
        AppProcess app = trial.Start(environment: s_keepWorkers);
        app.Ask("leak");
        app.Ask("workers 16");
        app.Ask("wait 3");
        int descriptors = app.GetStatus()["descriptors"];
        if (!Trial.Shell(string.Create(CultureInfo.InvariantCulture, $"prlimit --pid {app.Id} --nofile={descriptors}:")))
        {
            throw new SkippedException("the limit on descriptors cannot be set here");
        }

        Exercise(trial, app);
        trial.Note("alert: " + app.Ask("alert"));
        Trial.Shell(string.Create(CultureInfo.InvariantCulture, $"prlimit --pid {app.Id} --nofile=4096:"));
        app.Ask("wait 3");

        // A static constructor that failed for want of a descriptor would fail for ever.
        string socket = app.Ask("socket");
        trial.Check(socket.StartsWith("opened", StringComparison.Ordinal), $"no socket can be opened afterwards: {socket}");
        app.Stop();
    }

    // Where nothing at all can be allocated the runtime may fail to throw OutOfMemoryException, in the application or on the finalizer's thread, and end
    // the process: that says nothing about MemGuard, and it is tried again.
    private static void Heap(Trial trial)
    {
        for (int attempt = 1; ; attempt++)
        {
            AppProcess app = trial.Start(environment: ("DOTNET_GCHeapHardLimit", "0x4000000"));
            try
            {
                FillHeap(trial, app);
                return;
            }
            catch (ScenarioException ended) when (attempt < HeapAttempts && app.IsEndedByTheRuntime)
            {
                trial.Note("tried again: " + ended.Message);
            }
        }
    }

    private static void FillHeap(Trial trial, AppProcess app)
    {
        app.Ask("wait 3");
        app.Give("fill");
        app.Give("capture 2");
        app.Give("signal 5");
        app.Give("spill");
        string answers = string.Join(" / ", app.Ask("wait 3"), app.Ask("wait 1"), app.Ask("wait 1"), app.Ask("wait 1"), app.Ask("wait 1"));
        trial.Note(answers);
        trial.Note(app.Ask("capture"));
        app.Stop();
    }

    private static void Exercise(Trial trial, AppProcess app)
    {
        trial.Note("capture: " + app.Ask("capture"));
        trial.Note("signal: " + app.Ask("signal 5"));
        app.Ask("grow");
        app.Ask("wait 10");
        trial.Check(app.IsAlive, "the host has ended");
    }
}
