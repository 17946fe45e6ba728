using System.Diagnostics;
using MemGuard.Sampling;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>
/// Forces full collections in several GC modes and compares the selected live size with the truth: the program itself keeps a
/// known number of bytes alive, a different one before each collection, so a stale record cannot look right.
/// </summary>
internal static class FullCollectionsProgram
{
    private const long MB = 1 << 20;
    private const long ToleranceBytes = 20 * MB;

    // Neighbours differ by twice the tolerance.
    private static readonly int[] LevelsMB = [20, 60, 100, 140, 180, 220, 260, 300];

    private static readonly (string Name, string Server, string Concurrent, string Adaptation)[] Modes =
    [
        ("workstation, background", "0", "1", "0"),
        ("workstation, blocking", "0", "0", "0"),
        ("server, background", "1", "1", "0"),
        ("server, blocking", "1", "0", "0"),
        ("server, background, adaptive", "1", "1", "1"),
    ];

    public static int Run(string[] args)
    {
        if (args is ["child", string childSeconds, string seed])
        {
            return Child(int.Parse(childSeconds), int.Parse(seed));
        }

        int seconds = args is [string given] ? int.Parse(given) : 20;
        Console.WriteLine($"{"GC mode",-30} {"collections",12} {"selected",9} {"wrong",6} {"unknown",8} {"naive wrong",12}");
        bool allRight = true;
        for (int i = 0; i < Modes.Length; i++)
        {
            (string name, string server, string concurrent, string adaptation) = Modes[i];
            ProcessStartInfo start = new(Environment.ProcessPath!, ["program", "full-collections", "child", $"{seconds}", $"{i}"])
            {
                RedirectStandardOutput = true,
            };
            start.Environment["DOTNET_gcServer"] = server;
            start.Environment["DOTNET_gcConcurrent"] = concurrent;
            start.Environment["DOTNET_GCDynamicAdaptationMode"] = adaptation;
            // A small allocation budget (hexadecimal, 4 MB): the young garbage in a record stays below the tolerance.
            start.Environment["DOTNET_GCgen0size"] = "400000";
            using Process child = Process.Start(start)!;
            string[] cells = child.StandardOutput.ReadToEnd().Trim().Split(' ');
            child.WaitForExit();
            Console.WriteLine(cells.Length == 5
                ? $"{name,-30} {cells[0],12} {cells[1],9} {cells[2],6} {cells[3],8} {cells[4],12}"
                : $"{name,-30} failed with exit code {child.ExitCode}");
            allRight &= cells.Length == 5 && cells[2] == "0" && cells[1] != "0";
        }

        return allRight ? 0 : 1;
    }

    private static int Child(int seconds, int seed)
    {
        Random random = new(seed);
        List<byte[]> live = [];
        GCTracker tracker = new(new GCCounters());
        using CancellationTokenSource stop = new();
        Thread churn = new(() => Churn(stop.Token)) { IsBackground = true };
        churn.Start();
        GC.Collect();
        long baseline = GC.GetTotalMemory(true);

        int collections = 0, selected = 0, wrong = 0, unknown = 0, naiveWrong = 0;
        Queue<int> recent = new();
        Stopwatch clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(seconds))
        {
            int level = NextLevel(random, recent);
            Resize(live, level);

            // What just died young is no business of a background collection, which would count it as live.
            GC.Collect(1, GCCollectionMode.Forced, blocking: true);
            long startedBefore = GC.CollectionCount(0);
            long truth = baseline + (level * MB);
            bool blocking = random.Next(2) == 0;
            GC.Collect(2, GCCollectionMode.Forced, blocking, compacting: blocking && random.Next(2) == 0);
            if (!blocking && random.Next(3) == 0)
            {
                // One that waits for the background collection and follows it at once: where indices were seen to tie.
                GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            }

            collections++;
            long naiveSeen = 0;
            bool isFound = false;
            int pollMilliseconds = random.Next(1, 40);
            for (Stopwatch wait = Stopwatch.StartNew(); wait.ElapsedMilliseconds < 2000 && !isFound; Thread.Sleep(pollMilliseconds))
            {
                tracker.Update(refresh: wait.ElapsedMilliseconds > 1000);
                GCRecord naive = GCRecord.From(GC.GetGCMemoryInfo(GCKind.Background));
                if (naive.Index > startedBefore && naive.Index != naiveSeen)
                {
                    naiveSeen = naive.Index;
                    naiveWrong += Math.Abs(naive.LiveBytes - truth) > ToleranceBytes ? 1 : 0;
                }

                isFound = tracker.Full is { } full && full.Index > startedBefore;
            }

            if (isFound)
            {
                selected++;
                wrong += Math.Abs(tracker.Full!.Value.LiveBytes - truth) > ToleranceBytes ? 1 : 0;
            }
            else
            {
                unknown++;
            }
        }

        stop.Cancel();
        churn.Join();
        GC.KeepAlive(live);
        Console.WriteLine($"{collections} {selected} {wrong} {unknown} {naiveWrong}");
        return 0;
    }

    /// <summary>A level that none of the last five collections had.</summary>
    private static int NextLevel(Random random, Queue<int> recent)
    {
        int level;
        do
        {
            level = LevelsMB[random.Next(LevelsMB.Length)];
        }
        while (recent.Contains(level));

        recent.Enqueue(level);
        if (recent.Count > 5)
        {
            recent.Dequeue();
        }

        return level;
    }

    private static void Resize(List<byte[]> live, int megabytes)
    {
        int wanted = megabytes * 64;
        if (live.Count > wanted)
        {
            live.RemoveRange(wanted, live.Count - wanted);
        }

        while (live.Count < wanted)
        {
            live.Add(new byte[(int)(MB / 64) - 24]);
        }
    }

    /// <summary>Garbage at about 100 MB a second, so that ephemeral collections happen during the background ones.</summary>
    private static void Churn(CancellationToken stop)
    {
        while (!stop.WaitHandle.WaitOne(1))
        {
            for (int i = 0; i < 100; i++)
            {
                GC.KeepAlive(new byte[1024]);
            }
        }
    }
}
