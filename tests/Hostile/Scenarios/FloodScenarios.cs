using System.Globalization;

namespace Hostile.Scenarios;

/// <summary>Much of what is harmless once.</summary>
internal static class FloodScenarios
{
    public static IEnumerable<Scenario> All =>
    [
        new("a thousand signals", Signals),
        new("a thousand reloads, good and bad", Reloads),
        new("fifty snapshots", Snapshots),
        new("fifty hosts in one process", Hosts),
        new("plug-ins come and go, thirty a second", PlugIns),
    ];

    private static void Signals(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask(string.Create(CultureInfo.InvariantCulture, $"signal {trial.Times(1000, 300)}"));
        app.Ask("wait 5");
        CheckThreads(trial, app);
        app.Stop();
    }

    private static void Reloads(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask(string.Create(CultureInfo.InvariantCulture, $"reload {trial.Times(1000, 300)}"));
        app.Ask("wait 5");
        CheckThreads(trial, app);
        app.Stop();
    }

    private static void Snapshots(Trial trial)
    {
        AppProcess app = trial.Start();

        // The first ones load and compile what a snapshot needs, the last of it after some thirty.
        app.Ask(string.Create(CultureInfo.InvariantCulture, $"capture {trial.Times(50, 24)}"));
        Dictionary<string, int> before = app.GetStatus();
        trial.Note(app.Ask(string.Create(CultureInfo.InvariantCulture, $"capture {trial.Times(50, 10)}")));
        Dictionary<string, int> after = app.GetStatus();
        trial.Note(string.Create(CultureInfo.InvariantCulture, $"resident {before["resident"]} → {after["resident"]} MB, descriptors {before["descriptors"]} → {after["descriptors"]}, maps {before["maps"]} → {after["maps"]}"));
        trial.Check(after["descriptors"] <= before["descriptors"] + 2, "descriptors are left over");
        trial.Check(after["maps"] <= before["maps"] + 20, "maps are left over");
        trial.Check(after["resident"] <= before["resident"] + 10, "more than 10 MB are left over");
        CheckThreads(trial, app);
        app.Stop();
    }

    private static void Hosts(Trial trial)
    {
        AppProcess app = trial.Start();
        app.Ask("hosts 1");
        Dictionary<string, int> before = app.GetStatus();
        int count = trial.Times(50, 20);
        string answer = app.Ask(string.Create(CultureInfo.InvariantCulture, $"hosts {count}"));
        trial.Note(answer);
        trial.Check(answer.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{count} running"), StringComparison.Ordinal), "not all hosts were watched: " + answer);
        Dictionary<string, int> after = app.GetStatus();
        trial.Check(after["descriptors"] <= before["descriptors"] + 2, string.Create(CultureInfo.InvariantCulture, $"descriptors are left over: {before["descriptors"]} → {after["descriptors"]}"));
        CheckThreads(trial, app);
        app.Stop();
    }

    private static void PlugIns(Trial trial)
    {
        AppProcess app = trial.Start();
        trial.Note(app.Ask(string.Create(CultureInfo.InvariantCulture, $"collectible {trial.Times(50, 10)}")));
        app.Ask("wait 3");
        app.Stop();
    }

    // The sampler, the recording, the ticker, the log and its signal: what the documents name.
    private static void CheckThreads(Trial trial, AppProcess app)
    {
        int threads = app.GetStatus()["threads"];
        trial.Check(threads <= 6, string.Create(CultureInfo.InvariantCulture, $"{threads} threads of ours"));
    }
}
