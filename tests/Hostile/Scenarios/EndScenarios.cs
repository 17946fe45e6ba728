namespace Hostile.Scenarios;

/// <summary>Ends, and what comes after them.</summary>
internal static class EndScenarios
{
    public static IEnumerable<Scenario> All =>
    [
        new("stopped and continued", Suspended),
        new("SIGTERM in the middle of a capture", TerminatedWhileCapturing),
        new("SIGKILL in the middle of a recording, and a start after it", KilledWhileRecording),
    ];

    private static void Suspended(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask("wait 3");
        app.Signal("STOP");
        Thread.Sleep(TimeSpan.FromSeconds(trial.Times(30, 2)));
        app.Signal("CONT");
        app.Ask("wait 5");
        app.Stop();
    }

    private static void TerminatedWhileCapturing(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask("wait 3");
        app.Give("capture 20");
        trial.Check(SpinWait.SpinUntil(() => Directory.Exists(trial.DataDirectory) && Directory.EnumerateDirectories(trial.DataDirectory, ".snapshot-*", SearchOption.AllDirectories).Any(), TimeSpan.FromMinutes(1)), "no capture has begun");
        app.Signal("TERM");
        app.WaitForExit(0);

        AppProcess next = trial.Start();
        trial.Note(next.Ask("capture"));
        next.Stop();
        string[] unfinished = [.. Directory.GetDirectories(trial.DataDirectory, ".snapshot-*", SearchOption.AllDirectories)];
        trial.Check(unfinished.Length == 0, $"{unfinished.Length} unfinished snapshots are left over");
    }

    private static void KilledWhileRecording(Trial trial)
    {
        int rounds = trial.Times(20, 3);
        for (int round = 0; round < rounds; round++)
        {
            AppProcess app = trial.Start();
            app.Ask("wait 3");
            app.Signal("KILL");
            app.WaitForExit(137);
        }

        AppProcess last = trial.Start();
        last.Ask("wait 3");
        string answer = last.Ask("capture");
        trial.Check(answer.StartsWith("1 taken", StringComparison.Ordinal), "no snapshot: " + answer);
        last.Stop();
    }
}
