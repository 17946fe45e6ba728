using System.Diagnostics;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace MemGuard.Benchmarks;

/// <summary>Runs every program and every benchmark once, as small as it goes, so that none can rot. What they measure means nothing.</summary>
internal static class Smoke
{
    public static int Run()
    {
        Effort.BeLeast();
        int failed = 0;
        foreach ((string name, Func<int> main) in Programs.Smallest)
        {
            failed += Try($"program {name}", main);
        }

        failed += Try("benchmarks", RunBenchmarks);
        Console.WriteLine(failed == 0 ? "All of them run." : $"{failed} failed.");
        return failed == 0 ? 0 : 1;
    }

    private static int Try(string name, Func<int> main)
    {
        TextWriter console = Console.Out;
        using StringWriter output = new();
        long start = Stopwatch.GetTimestamp();
        string? failure = null;
        Console.SetOut(TextWriter.Synchronized(output));
        try
        {
            // 1 says that a figure is outside what is accepted: that is no business of this run.
            failure = main() is > 1 and int code ? $"exit code {code}" : null;
        }
        catch (Exception exception)
        {
            failure = exception.ToString();
        }
        finally
        {
            Console.SetOut(console);
        }

        Console.WriteLine($"{name}: {(failure is null ? "ok" : "FAILED")}, {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s");
        if (failure is not null)
        {
            Console.WriteLine(output);
            Console.WriteLine(failure);
        }

        return failure is null ? 0 : 1;
    }

    // In this process: a project built for each benchmark would take minutes.
    private static int RunBenchmarks()
    {
        string artifacts = Directory.CreateTempSubdirectory("memguard-benchmarks-").FullName;
        try
        {
            Summary[] summaries = [.. BenchmarkSwitcher.FromAssembly(typeof(Smoke).Assembly).Run(["--filter", "*", "--job", "Dry", "--inProcess", "--artifacts", artifacts])];
            return summaries.Length > 0 && summaries.All(static summary => !summary.HasCriticalValidationErrors && summary.Reports.All(static report => report.Success)) ? 0 : 2;
        }
        finally
        {
            Directory.Delete(artifacts, recursive: true);
        }
    }
}
