using System.Text;
using FsCheck;
using FsCheck.Fluent;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Recording;

public sealed class SeriesFormatTests
{
    public static TheoryData<string> RecordedNames => [.. RecordedSeries.Names];

    [Fact]
    public void Columns_AllOfTheFormat_AreThereInItsOrder() =>
        Assert.Equal(
            "elapsed_s,gc_index,gc_generation,heap_size_bytes,fragmented_bytes,gen2_live_bytes,gen2_fragmented_bytes,total_memory_bytes,committed_bytes,"
            + "working_set_bytes,anonymous_bytes,allocated_bytes,gen0_count,gen1_count,gen2_count,pause_ms,limit_bytes,heap_limit_bytes,native_allocated_bytes,native_free_bytes,"
            + "timer_count,assembly_count,available_memory_bytes,container_usage_bytes,shmem_bytes,gc_resident_bytes,finalizer_lag_s,load_total\n",
            Encoding.UTF8.GetString(SeriesFormat.Header));

    [Theory]
    [MemberData(nameof(RecordedNames))]
    public void WriteRow_RecordedRun_IsReadBackUnchanged(string name)
    {
        MemorySample[] samples = RecordedSeries.Read(name);

        Assert.Equal(samples, WriteAndRead(samples));
    }

    [Fact]
    public void WriteRow_EveryColumnAtItsLargest_FitsAndIsReadBackUnchanged()
    {
        MemorySample largest = Fill(long.MaxValue, TimeSpan.MaxValue, double.MaxValue);

        Assert.Equal(largest, Assert.Single(WriteAndRead([largest])));
    }

    [Fact]
    public void WriteRow_AnyValues_AreReadBackUnchanged() =>
        Prop.ForAll<NonNegativeInt, NonNegativeInt, NonNegativeInt>((number, ticks, load) =>
        {
            MemorySample sample = Fill(number.Get, TimeSpan.FromTicks(ticks.Get), load.Get / 3.0);
            return WriteAndRead([sample]).Single() == sample;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void WriteRow_NothingKnown_LeavesFieldsEmpty()
    {
        MemorySample unknown = new() { Elapsed = TimeSpan.FromSeconds(2) };

        Assert.Equal(unknown, Assert.Single(WriteAndRead([unknown])));
    }

    [Fact]
    public void WriteRow_AllocatesNothing()
    {
        MemorySample sample = Fill(123_456_789, TimeSpan.FromTicks(12_345_678), 1.5);
        byte[] row = new byte[SeriesFormat.MaxRowBytes];
        SeriesFormat.WriteRow(sample, row);

        long before = GC.GetAllocatedBytesForCurrentThread();
        SeriesFormat.WriteRow(sample, row);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static MemorySample[] WriteAndRead(MemorySample[] samples)
    {
        using MemoryStream file = new();
        byte[] row = new byte[SeriesFormat.MaxRowBytes];
        file.Write(SeriesFormat.Header);
        foreach (MemorySample sample in samples)
        {
            file.Write(row.AsSpan(0, SeriesFormat.WriteRow(sample, row)));
        }

        file.Position = 0;
        return [.. SeriesReader.Read(new StreamReader(file), "written")];
    }

    // Goes through the table: a column added to it is tested without a change here.
    private static MemorySample Fill(long number, TimeSpan time, double load)
    {
        MemorySample sample = default;
        foreach (SeriesColumn column in SeriesFormat.Columns)
        {
            string value = column switch
            {
                SeriesColumn.Duration when column.Name.EndsWith("_ms", StringComparison.Ordinal) => ((decimal)time.Ticks / TimeSpan.TicksPerMillisecond).ToString(),
                SeriesColumn.Duration => ((decimal)time.Ticks / TimeSpan.TicksPerSecond).ToString(),
                SeriesColumn.RealNumber => load.ToString("R"),
                _ => column.Name == "gc_generation" ? "2" : number.ToString(),
            };
            Assert.Null(column.Parse(value, ref sample));
        }

        return sample with { UnmanagedBytes = UnmanagedEstimate.From(sample) };
    }
}
