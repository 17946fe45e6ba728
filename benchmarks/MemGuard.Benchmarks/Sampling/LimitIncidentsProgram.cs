using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using MemGuard.Limits;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>
/// Is the advice about limits right? Configurations that have killed processes, each in a real 256 MB control group: a child
/// that keeps things until 85 % of what the garbage collector says is available and then lets go, first as it is configured, then with the settings of
/// the advice typed as the line has them; where two findings speak of one, the graver one's.
/// </summary>
internal static partial class LimitIncidentsProgram
{
    private const int MB = 1 << 20;
    private const long LimitBytes = 256L * MB;
    private const double Full = 0.85;
    private const string Refresh = "GC.RefreshMemoryLimit()";
    private static readonly TimeSpan Load = Effort.Of(TimeSpan.FromSeconds(10), least: TimeSpan.FromSeconds(0.5));
    private static readonly TimeSpan AdviceTimeout = TimeSpan.FromSeconds(30);

    /// <param name="Name">In the table.</param>
    /// <param name="NativeMegabytes">What the child takes outside the heap before it starts.</param>
    /// <param name="Environment">How it is configured.</param>
    /// <param name="IsParents">Whether the limit is one of the group above.</param>
    /// <param name="IsLowered">Whether the limit is twice as high while the child starts.</param>
    private sealed record Incident(string Name, int NativeMegabytes, (string, string)[] Environment, bool IsParents = false, bool IsLowered = false);

    private sealed record Outcome(int ExitCode, int Kills, string[] Advice, string Word);

    private static readonly Incident[] Incidents =
    [
        new("the default, a third of the limit outside the heap", 80, []),
        new("the same below a group that has the limit", 80, [], IsParents: true),
        new("heap limit above the container's", 0, [("DOTNET_GCHeapHardLimit", "0x12C00000")]),
        new("a decimal number of bytes", 0, [("DOTNET_GCHeapHardLimit", "200000000")]),
        new("a decimal percentage", 40, [("DOTNET_GCHeapHardLimitPercent", "60")]),
        new("a percentage that leaves too little", 40, [("DOTNET_GCHeapHardLimitPercent", "0x5A")]),
        new("a limit that is lowered at run time", 20, [], IsLowered: true),
    ];

    public static int Run(string[] args)
    {
        if (args is ["child", string native, string isFollowed])
        {
            return RunChild(int.Parse(native, CultureInfo.InvariantCulture), bool.Parse(isFollowed));
        }

        if (!MemoryGroup.IsPossible)
        {
            Console.WriteLine("skipped: there is no memory controller of the first generation here");
            return 0;
        }

        Console.WriteLine("| configuration | as it is | what is typed | then |");
        Console.WriteLine("|---|---|---|---|");
        int saved = 0;
        Incident[] incidents = Incidents[..Effort.Of(Incidents.Length, least: 1)];
        foreach (Incident incident in incidents)
        {
            Outcome before = Try(incident, incident.Environment, isFollowed: false);
            (string Name, string Value)[] typed = [.. Settings(before.Advice)];
            Outcome after = Try(incident, [.. incident.Environment, .. typed], isFollowed: true);
            saved += after is { ExitCode: 0, Kills: 0 } ? 1 : 0;
            string told = string.Join(", ", typed.Select(static setting => $"`{setting.Name}={setting.Value}`"));
            string refreshed = before.Advice.Any(static text => text.Contains(Refresh, StringComparison.Ordinal)) ? $"`{Refresh}`" : "";
            Console.WriteLine($"| {incident.Name} | {before.Word} | {string.Join(", ", new[] { told, refreshed }.Where(static part => part.Length > 0))} | {after.Word} |");
        }

        Console.WriteLine();
        Console.WriteLine($"{saved} of {incidents.Length} kept below the limit by the advice.");
        return saved == incidents.Length ? 0 : 1;
    }

    /// <summary>The first is the gravest: two findings may speak of one setting.</summary>
    private static IEnumerable<(string, string)> Settings(string[] advice) =>
        advice.SelectMany(static text => Typed().Matches(text)).Select(static match => (match.Groups[1].Value, match.Groups[2].Value)).DistinctBy(static setting => setting.Item1);

    private static Outcome Try(Incident incident, (string, string)[] environment, bool isFollowed)
    {
        using MemoryGroup group = new("incident", incident.IsLowered ? 2 * LimitBytes : LimitBytes, incident.IsParents);
        using Process child = group.Start(["limit-incidents", "child", $"{incident.NativeMegabytes}", $"{isFollowed}"], environment);
        List<string> advice = [];
        string lastLine = "";
        try
        {
            while (child.StandardOutput.ReadLine() is { } line)
            {
                if (line == "ready")
                {
                    group.Limit(LimitBytes);
                    child.StandardInput.WriteLine();
                }
                else if (line.StartsWith("advice ", StringComparison.Ordinal))
                {
                    advice.Add(line["advice ".Length..]);
                }
                else
                {
                    lastLine = line;
                }
            }
        }
        catch
        {
            // A group with a process in it cannot be removed.
            child.Kill();
            child.WaitForExit();
            throw;
        }

        child.WaitForExit();
        string word = group.Kills > 0 ? $"killed by the kernel ({child.ExitCode})" : child.ExitCode == 0 ? lastLine : $"ended with {child.ExitCode}";
        return new Outcome(child.ExitCode, group.Kills, [.. advice], word);
    }

    private static int RunChild(int nativeMegabytes, bool isFollowed)
    {
        TakeNative(nativeMegabytes * MB);
        GC.Collect();
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddMemGuard();
        using IHost host = builder.Build();
        host.Start();
        Console.WriteLine("ready");
        Console.ReadLine();
        IMemoryMonitor monitor = host.Services.GetRequiredService<IMemoryMonitor>();
        if (!SpinWait.SpinUntil(() => monitor.GetLimitAdvice().MemoryLimitBytes == LimitBytes, AdviceTimeout))
        {
            return 2;
        }

        MemoryLimitAdvice advice = monitor.GetLimitAdvice();
        foreach (MemoryLimitFinding finding in advice.Findings)
        {
            Console.WriteLine($"advice {finding.Setting}");
        }

        if (isFollowed && advice.Findings.Any(static finding => finding.Setting.Contains(Refresh, StringComparison.Ordinal)))
        {
            GC.RefreshMemoryLimit();
        }

        int times = 0;
        for (Stopwatch clock = Stopwatch.StartNew(); clock.Elapsed < Load; times++)
        {
            Fill();
        }

        Console.WriteLine($"lives, filled {times} times, at most {File.ReadLines("/proc/self/status").First(static line => line.StartsWith("VmHWM", StringComparison.Ordinal)).Split(':')[1].Trim()} resident");
        return 0;
    }

    /// <summary>As a cache does that trims itself by what the garbage collector says it may have.</summary>
    private static void Fill()
    {
        List<byte[]> kept = [];
        while (GC.GetTotalMemory(forceFullCollection: false) < Full * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
        {
            byte[] block = new byte[50_000];
            Array.Fill(block, (byte)1);
            kept.Add(block);
        }

        kept.Clear();
        GC.Collect();
    }

    private static unsafe void TakeNative(int bytes) => new Span<byte>(NativeMemory.Alloc((nuint)Math.Max(1, bytes)), bytes).Fill(1);

    [GeneratedRegex(@"(DOTNET_\w+)=(0x[0-9A-Fa-f]+|\d+)")]
    private static partial Regex Typed();
}
