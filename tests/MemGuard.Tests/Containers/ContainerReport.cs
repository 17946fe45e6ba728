using System.Runtime.InteropServices;
using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Limits;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Tests.Containers;

/// <summary>The child's side of the tests in a real control group: takes some memory and says what MemGuard knows.</summary>
internal static unsafe class ContainerReport
{
    /// <summary>Far above the 51 MB at which advice is given in 256: what the collector has committed but not touched counts against it.</summary>
    public const int NativeMegabytes = 96;

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
}
