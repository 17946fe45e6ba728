using FsCheck;
using FsCheck.Fluent;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class MemoryLedgerTests
{
    [Fact]
    public void Divide_EverythingKnown_DividesAnonymousMemory()
    {
        MemoryLedger ledger = MemoryLedger.Divide(default, new ResidentReading(100, 20, 5), 40, new NativeHeapReading(30, 10));

        Assert.Equal((40L, 30L, 10L, 20L, 5L, 20L), Kinds(ledger));
        Assert.False(ledger.IsNativeCut);
        Assert.Equal(125, ledger.WorkingSetBytes);
        Assert.Equal(65, ledger.UnmanagedBytes);
    }

    [Fact]
    public void Divide_AllocatorCountsUntouchedMemory_CutsTheFreePartFirst()
    {
        MemoryLedger ledger = MemoryLedger.Divide(default, new ResidentReading(100, 0, 0), 40, new NativeHeapReading(50, 30));

        Assert.Equal((40L, 50L, 10L, 0L, 0L, 0L), Kinds(ledger));
        Assert.True(ledger.IsNativeCut);
    }

    [Fact]
    public void Divide_StillTooMuch_CutsTheUsedPartToo()
    {
        MemoryLedger ledger = MemoryLedger.Divide(default, new ResidentReading(100, 0, 0), 40, new NativeHeapReading(90, 30));

        Assert.Equal((40L, 60L, 0L, 0L, 0L, 0L), Kinds(ledger));
        Assert.True(ledger.IsNativeCut);
    }

    [Fact]
    public void Divide_AllocatorUnknown_LeavesItsBytesInTheRest()
    {
        MemoryLedger ledger = MemoryLedger.Divide(default, new ResidentReading(100, 0, 0), 40, null);

        Assert.Null(ledger.NativeAllocatedBytes);
        Assert.Equal(60, ledger.OtherAnonymousBytes);
        Assert.Equal(60, ledger.UnmanagedBytes);
    }

    [Fact]
    public void Divide_HeapUnknown_CannotTellTheUnmanagedPart()
    {
        Assert.Null(MemoryLedger.Divide(default, new ResidentReading(100, 0, 0), null, new NativeHeapReading(1, 1)).UnmanagedBytes);
    }

    [Fact]
    public void Divide_AnyReadings_SumIsTheWorkingSetAndNothingIsNegative()
    {
        Gen<long> bytes = Gen.Choose(0, 1_000_000).Select(static value => (long)value);
        Prop.ForAll(
            Gen.ArrayOf(bytes, 6).ToArbitrary(),
            static values =>
            {
                MemoryLedger ledger = MemoryLedger.Divide(
                    default,
                    new ResidentReading(values[0], values[1], values[2]),
                    values[3] % 3 == 0 ? null : values[3],
                    values[4] % 3 == 0 ? null : new NativeHeapReading(values[4], values[5]));
                (long heap, long used, long free, long other, long shared, long file) = Kinds(ledger);
                return heap >= 0 && used >= 0 && free >= 0 && other >= 0
                    && heap + used + free + other == values[0]
                    && shared == values[2] && file == values[1]
                    && ledger.WorkingSetBytes == values[0] + values[1] + values[2];
            }).QuickCheckThrowOnFailure();
    }

    private static (long Heap, long Used, long Free, long Other, long Shared, long File) Kinds(MemoryLedger ledger) =>
        (ledger.GCHeapBytes ?? 0, ledger.NativeAllocatedBytes ?? 0, ledger.NativeFreeBytes ?? 0, ledger.OtherAnonymousBytes, ledger.SharedMemoryBytes, ledger.FileBytes);
}
