using MemGuard.Containers;
using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Recording;

/// <summary>Makes black boxes as dead processes leave them.</summary>
internal static class Boxes
{
    public const long MB = 1 << 20;
    public const string Boot = "11111111-2222-3333-4444-555555555555";

    public static DateTimeOffset Start { get; } = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public static ProcessIdentity Self { get; } = new(Boot, 1, 77, 1000);

    public static MemorySample Sample(int second, long usedMegabytes, long limitMegabytes = 256) => new()
    {
        Elapsed = TimeSpan.FromSeconds(second),
        Timestamp = Start.AddSeconds(second),
        HeapSizeBytes = 20 * MB,
        UnmanagedBytes = (usedMegabytes - 20) * MB,
        AnonymousBytes = usedMegabytes * MB,
        ContainerUsageBytes = usedMegabytes * MB,
        MemoryLimitBytes = limitMegabytes * MB,
        HeapLimitBytes = 64 * MB,
    };

    /// <summary>The whole file of a process that took some samples.</summary>
    public static byte[] File(IEnumerable<MemorySample> samples, ProcessIdentity? identity = null, ContainerDetails? container = null, OpenProblem problem = default, Action<BlackBoxNotes>? notes = null)
    {
        byte[] file = new byte[BlackBoxFormat.FileBytes];
        new BlackBoxHeader(identity ?? new ProcessIdentity(Boot, 1, 4711, 500), Start, "shop").WriteTo(file.AsSpan(0, BlackBoxFormat.PageBytes));
        BlackBoxSlot slot = new(TimeSpan.FromSeconds(1));
        foreach (MemorySample sample in samples)
        {
            slot.Compose(sample, container, problem).CopyTo(file.AsSpan((int)BlackBoxFormat.SlotsAt + (slot.Next * BlackBoxFormat.PageBytes)));
        }

        notes?.Invoke(new BlackBoxNotes(new InMemory(file), TimeProvider.System));
        return file;
    }

    public static BlackBoxRecord Record(IEnumerable<MemorySample> samples, ContainerDetails? container = null, OpenProblem problem = default, Action<BlackBoxNotes>? notes = null) =>
        BlackBoxReader.Read(File(samples, null, container, problem, notes), out _)!;

    private sealed class InMemory(byte[] file) : IBlackBoxPages
    {
        public void Write(ReadOnlySpan<byte> bytes, long at) => bytes.CopyTo(file.AsSpan((int)at));

        public void Delete()
        {
        }

        public void Dispose()
        {
        }
    }
}
