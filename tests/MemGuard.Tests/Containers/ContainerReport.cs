using System.Runtime.InteropServices;
using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Containers;

/// <summary>The child's side of the tests in a real control group: takes some memory and says what MemGuard knows.</summary>
internal static unsafe class ContainerReport
{
    /// <summary>Far above the 51 MB at which advice is given in 256: what the collector has committed but not touched counts against it.</summary>
    public const int NativeMegabytes = 96;

    public const string Command = "container-report";

    /// <summary>Whether the ledger has a row of the heap.</summary>
    public const string HeapCommand = "container-heap";

    /// <summary>What is known after the limit was raised, and after it was lowered.</summary>
    public const string ChangesCommand = "container-changes";

    private const long MB = 1 << 20;

    public static int Write()
    {
        byte* block = (byte*)NativeMemory.Alloc(NativeMegabytes << 20);
        for (int i = 0; i < NativeMegabytes << 20; i += 4096)
        {
            block[i] = 1;
        }

        GC.Collect();
        using MemorySampler sampler = MemorySampler.Create(new SamplingSettings(), TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System));
        MemorySample sample = sampler.Sample();
        LimitAdviceWatch limits = new(HostFacts.Read(SystemFiles.Instance), NullLogger.Instance, new HelpLinks(null));
        limits.Update(sample, sampler.Container, sampler.HighMemoryLoadThresholdBytes);
        Console.WriteLine($"limit={sample.MemoryLimitBytes}");
        Console.WriteLine($"heapLimit={sample.HeapLimitBytes}");
        Console.WriteLine($"usage={sample.ContainerUsageBytes}");
        Console.WriteLine($"unmanaged={sample.UnmanagedBytes}");
        Console.WriteLine($"heap={sample.Ledger?.GCHeapBytes}");
        Console.WriteLine($"unknown={string.Join(", ", sampler.Unknown)}");
        if (sample.Ledger?.GCHeapBytes is null)
        {
            Console.Error.WriteLine($"object {HeapRange.AddressOf(new byte[64]):x}, range {GC.GetConfigurationVariables()["GCRegionRange"]}\n{File.ReadAllText("/proc/self/maps")}");
        }

        Console.WriteLine($"origin={limits.Advice.HeapLimitOrigin}");
        Console.WriteLine($"rules={string.Join(',', limits.Advice.Findings.Select(static finding => finding.Rule))}");
        return 0;
    }

    public static int WriteHeap()
    {
        GC.Collect();
        using MemorySampler sampler = MemorySampler.Create(new SamplingSettings(), TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System));
        Console.WriteLine($"heap={sampler.Sample().Ledger?.GCHeapBytes}");
        return 0;
    }

    /// <summary>Changes the limit of its own group, and looks each time after the container has been read again.</summary>
    public static int WriteChanges()
    {
        GC.Collect();
        FakeTimeProvider time = new();
        using MemorySampler sampler = MemorySampler.Create(new SamplingSettings(), time, new InternalFaults(NullLogger.Instance, time));
        LimitAdviceWatch limits = new(HostFacts.Read(SystemFiles.Instance), NullLogger.Instance, new HelpLinks(null));
        string group = File.ReadLines("/proc/self/cgroup").Select(static line => line.Split(':', 3)).First(static parts => parts[1] == "memory")[2];
        foreach ((string name, long megabytes) in ((string, long)[])[("start", 256), ("raised", 512), ("lowered", 128)])
        {
            File.WriteAllText($"/sys/fs/cgroup/memory{group}/memory.limit_in_bytes", $"{megabytes * MB}");
            time.Advance(TimeSpan.FromMinutes(1));
            MemorySample sample = sampler.Sample();
            limits.Update(sample, sampler.Container, sampler.HighMemoryLoadThresholdBytes);
            Console.WriteLine($"{name}={sample.MemoryLimitBytes} {string.Join(',', limits.Advice.Findings.Select(static finding => finding.Rule))}");
        }

        return 0;
    }
}
