using System.Runtime.InteropServices;
using MemGuard.Containers;
using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Sampling;

[Collection(AloneCollection.Name)]
public sealed unsafe class HeapPagesTests
{
    private const int Size = 64 << 20;
    private const long Tolerance = 8 << 20;

    [Fact]
    public void ReadResidentBytes_LargeArray_CountsWhatWasTouched()
    {
        Settle();
        using HeapPages pages = new(SystemFiles.Instance);
        if (pages.ReadResidentBytes() is not long before)
        {
            Assert.NotNull(pages.UnknownBecause);
            return;
        }

        byte[] array = GC.AllocateUninitializedArray<byte>(Size);
        Touch(array);
        long after = pages.ReadResidentBytes()!.Value;
        GC.KeepAlive(array);

        Assert.InRange(after - before, Size - Tolerance, Size + Tolerance);
    }

    [Fact]
    public void ReadResidentBytes_PageScanAndListOfMaps_Agree()
    {
        using HeapPages pages = new(SystemFiles.Instance);
        if (pages.ReadResidentBytes() is not long scanned)
        {
            Assert.NotNull(pages.UnknownBecause);
            return;
        }

        long reserved = (long)GC.GetConfigurationVariables()["GCRegionRange"];
        using SystemLines maps = SystemLines.Open(SystemFiles.Instance, "/proc/self/maps")!;
        HeapRange range = HeapRange.Find(maps, HeapRange.AddressOf(new byte[64]), (ulong)reserved)!.Value;
        using SystemLines smaps = SystemLines.Open(SystemFiles.Instance, "/proc/self/smaps")!;
        long? summed = HeapMaps.SumResident(smaps, range);

        Assert.InRange(summed!.Value - scanned, -Tolerance, Tolerance);
    }

    [Fact]
    public void Read_NativeBlock_IsAttributedToTheAllocator()
    {
        Settle();
        using LedgerReader reader = new(SystemFiles.Instance, new HeapPages(SystemFiles.Instance), new NativeHeap(), TimeProvider.System);
        if (reader.Read(TimeSpan.Zero) is not { NativeAllocatedBytes: not null, GCHeapBytes: not null } before)
        {
            Assert.NotEmpty(reader.Unknown);
            return;
        }

        void* block = NativeMemory.Alloc(Size);
        Touch(new Span<byte>(block, Size));
        MemoryLedger after = reader.Read(TimeSpan.FromHours(1))!;
        NativeMemory.Free(block);

        Assert.InRange(after.NativeAllocatedBytes!.Value - before.NativeAllocatedBytes.Value, Size - Tolerance, Size + Tolerance);
        Assert.InRange(after.UnmanagedBytes!.Value - before.UnmanagedBytes!.Value, Size - Tolerance, Size + Tolerance);
        Assert.InRange(after.GCHeapBytes!.Value - before.GCHeapBytes.Value, -Tolerance, Tolerance);
    }

    [Fact]
    public void Read_RealProcess_SumsToTheWorkingSet()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using LedgerReader reader = new(SystemFiles.Instance, new HeapPages(SystemFiles.Instance), new NativeHeap(), TimeProvider.System);
        using LinuxProcessMemory process = new(SystemFiles.Instance, Environment.SystemPageSize);
        reader.Read(TimeSpan.Zero);

        MemoryLedger ledger = reader.Read(TimeSpan.FromHours(1))!;
        long workingSet = process.Read().WorkingSetBytes!.Value;

        Assert.InRange(ledger.WorkingSetBytes - workingSet, -2 << 20, 2 << 20);
    }

    /// <summary>Gives back at once what the garbage collector would give back bit by bit, during the test.</summary>
    private static void Settle() => GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    private static void Touch(Span<byte> memory)
    {
        for (int i = 0; i < memory.Length; i += 4096)
        {
            memory[i] = 1;
        }
    }
}
