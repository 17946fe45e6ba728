using BenchmarkDotNet.Attributes;
using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Recording;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>What the black box adds to each sample: the page put together, and written to a real file. Accepted: 5 µs, 0 bytes.</summary>
[MemoryDiagnoser]
[HideColumns("Error", "StdDev", "Median", "RatioSD", "Alloc Ratio", "Gen0", "Gen1")]
public class BlackBoxBenchmarks
{
    private readonly BlackBoxSlot _slot = new(TimeSpan.FromSeconds(1));
    private readonly OpenProblem _problem = new("managed_leak", "live heap after gen2 212 → 388 MB in 14 min (+12.6 MB/min), limit in 66 min (52–84)", "static UserService._cache → ConcurrentDictionary<string, User>");
    private string _place = string.Empty;
    private BlackBoxFile _file = null!;
    private MemorySample _sample;

    [GlobalSetup]
    public void Setup()
    {
        _place = Directory.CreateTempSubdirectory("memguard-benchmark-").FullName;
        BlackBoxDirectory directory = new(_place, "benchmark", SystemFiles.Instance);
        directory.Prepare();
        _file = directory.Create(new BlackBoxHeader(ProcessIdentity.Read(SystemFiles.Instance), DateTimeOffset.UtcNow, "benchmark"));
        using MemorySampler sampler = MemorySampler.Create(new SamplingSettings(), TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System));
        _sample = sampler.Sample();
    }

    [Benchmark(Baseline = true, Description = "Black box, page put together")]
    public int Compose() => _slot.Compose(_sample, null, _problem).Length;

    [Benchmark(Description = "Black box, page put together and written")]
    public void Write() => _file.Write(_slot.Compose(_sample, null, _problem), BlackBoxFormat.SlotsAt + ((long)_slot.Next * BlackBoxFormat.PageBytes));

    [GlobalCleanup]
    public void Cleanup()
    {
        _file.Delete();
        Directory.Delete(_place, recursive: true);
    }
}
