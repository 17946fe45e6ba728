using System.Text;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Recording;

public sealed class SeriesReaderTests
{
    public static TheoryData<string> RecordedNames => [.. RecordedSeries.Names];

    [Theory]
    [MemberData(nameof(RecordedNames))]
    public void Read_RecordedRun_ReadsEveryRow(string name)
    {
        MemorySample[] samples = RecordedSeries.Read(name);

        Assert.Equal(File.ReadLines(RecordedSeries.PathOf(name)).Count() - 1, samples.Length);
        Assert.All(samples, sample => Assert.NotNull(sample.WorkingSetBytes));
        Assert.All(samples, sample => Assert.Null(sample.MemoryLimitBytes));
        Assert.Contains(samples, sample => sample.UnmanagedBytes > 0);
    }

    [Fact]
    public void Read_RowWithEveryKindOfColumn_FillsTheProperties()
    {
        MemorySample sample = Assert.Single(Read("elapsed_s,gc_generation,pause_ms,finalizer_lag_s,load_total,gen2_live_bytes,limit_bytes\n98.05,1,78.31,0.25,12.5,69793219,\n"));

        Assert.Equal(TimeSpan.FromMilliseconds(98_050), sample.Elapsed);
        Assert.Equal(1, sample.GCGeneration);
        Assert.Equal(TimeSpan.FromMicroseconds(78_310), sample.TotalPauseDuration);
        Assert.Equal(TimeSpan.FromMilliseconds(250), sample.FinalizerLag);
        Assert.Equal(12.5, sample.LoadTotal);
        Assert.Equal(69_793_219, sample.Gen2LiveBytes);
        Assert.Null(sample.MemoryLimitBytes);
        Assert.Null(sample.Gen2CollectionCount);
    }

    [Fact]
    public void Read_OtherColumnOrderAndUnknownColumns_ReadsTheKnownOnes()
    {
        MemorySample sample = Assert.Single(Read("host,gen2_count,elapsed_s,note\nweb-1,7,3,NaN\n"));

        Assert.Equal(7, sample.Gen2CollectionCount);
        Assert.Equal(TimeSpan.FromSeconds(3), sample.Elapsed);
    }

    [Fact]
    public void Read_OnlyTheRequiredColumn_LeavesTheRestUnknown() =>
        Assert.Equal(new MemorySample { Elapsed = TimeSpan.FromSeconds(1) }, Assert.Single(Read("elapsed_s\n1\n")));

    [Theory]
    [InlineData("\uFEFFelapsed_s,timer_count\r\n1,2\r\n")]
    [InlineData("elapsed_s,timer_count\n1,2")]
    [InlineData("elapsed_s , timer_count \n 1 , 2 \n\n\n")]
    [InlineData("\n\nelapsed_s,timer_count\n1,2.0\n")]
    [InlineData("elapsed_s,timer_count\n1e0,2E+00\n")]
    public void Read_HarmlessVariations_ReadsTheSameRow(string text) =>
        Assert.Equal(new MemorySample { Elapsed = TimeSpan.FromSeconds(1), TimerCount = 2 }, Assert.Single(Read(text)));

    [Fact]
    public void Read_FileWithByteOrderMark_ReadsIt()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, "elapsed_s\n1\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));

        try
        {
            Assert.Single(SeriesReader.Read(path));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Read_UsedHeapBelowZero_CountsAsZero() =>
        Assert.Equal(0, Assert.Single(Read("elapsed_s,total_memory_bytes\n1,-2860000\n")).TotalMemoryBytes);

    [Fact]
    public void Read_PageScanInSomeRowsOnly_UnmanagedDoesNotJump()
    {
        // 40 MB of the committed heap were never touched, which only the scan can tell.
        MemorySample[] samples = [.. Read("elapsed_s,anonymous_bytes,committed_bytes,gc_resident_bytes\n1,150,90,50\n2,151,90,\n3,152,90,\n4,153,90,50\n")];

        Assert.Equal([100, 101, 102, 103], samples.Select(sample => sample.UnmanagedBytes));
    }

    [Fact]
    public void Read_UnevenIntervalsAndEqualTimes_AreFine() =>
        Assert.Equal([0, 0, 1, 900], Read("elapsed_s\n0\n0\n1\n900\n").Select(sample => sample.Elapsed.TotalSeconds));

    [Theory]
    [InlineData("", 1, null, "header is missing")]
    [InlineData("\n \n", 1, null, "header is missing")]
    [InlineData("gc_index\n1\n", 1, "elapsed_s", "lacks")]
    [InlineData("1.0,2,3\n", 1, "elapsed_s", "lacks")]
    [InlineData("elapsed_s,gc_index,gc_index\n", 1, "gc_index", "twice")]
    [InlineData("elapsed_s,gc_index\n1,1\n2,x\n", 3, "gc_index", "'x' is not a number")]
    [InlineData("elapsed_s,gc_index\n1,1\n2\n", 3, null, "1 fields where the header has 2")]
    [InlineData("elapsed_s,gc_index\n1,1,1\n", 2, null, "3 fields where the header has 2")]
    [InlineData("elapsed_s,gc_index\n,1\n", 2, "elapsed_s", "is required")]
    [InlineData("elapsed_s\nNaN\n", 2, "elapsed_s", "not a number")]
    [InlineData("elapsed_s\n1e99\n", 2, "elapsed_s", "range")]
    [InlineData("elapsed_s\n1e20\n", 2, "elapsed_s", "out of range")]
    [InlineData("elapsed_s\n-1\n", 2, "elapsed_s", "out of range")]
    [InlineData("elapsed_s\n1,5\n", 2, null, "2 fields")]
    [InlineData("elapsed_s,heap_size_bytes\n1,99999999999999999999\n", 2, "heap_size_bytes", "out of range")]
    [InlineData("elapsed_s,heap_size_bytes\n1,-5\n", 2, "heap_size_bytes", "out of range")]
    [InlineData("elapsed_s,gc_generation\n1,3000000000\n", 2, "gc_generation", "out of range")]
    [InlineData("elapsed_s,load_total\n1,NaN\n", 2, "load_total", "out of range")]
    [InlineData("elapsed_s,load_total\n1,1e999\n", 2, "load_total", "out of range")]
    [InlineData("elapsed_s,load_total\n1,inf\n", 2, "load_total", "not a number")]
    [InlineData("elapsed_s,pause_ms\n1,\0\u001b[31m\n", 2, "pause_ms", "'??[31m' is not a number")]
    [InlineData("elapsed_s\n5\n4.99\n", 3, "elapsed_s", "out of order: 4.99 s comes after 5 s")]
    public void Read_BadInput_NamesFileLineAndColumn(string text, int line, string? column, string problem)
    {
        SeriesFormatException exception = Assert.Throws<SeriesFormatException>(() => Read(text).ToList());

        Assert.Equal(("broken.csv", line, column), (exception.SeriesName, exception.Line, exception.Column));
        Assert.Contains(problem, exception.Message, StringComparison.Ordinal);
        Assert.StartsWith($"broken.csv, line {line}", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BadLineInTheMiddle_DeliversTheRowsBeforeIt()
    {
        List<double> delivered = [];

        Assert.Throws<SeriesFormatException>(() =>
        {
            foreach (MemorySample sample in Read("elapsed_s\n1\n2\ngarbage\n4\n"))
            {
                delivered.Add(sample.Elapsed.TotalSeconds);
            }
        });

        Assert.Equal([1, 2], delivered);
    }

    [Fact]
    public void Read_EndlessLine_IsRefusedBeforeItFillsTheMemory()
    {
        using StreamReader endless = new(new EndlessStream());

        Assert.Throws<SeriesFormatException>(() => SeriesReader.Read(endless, "endless").ToList());
    }

    [Fact]
    public void Read_HundredThousandMutatedLines_ThrowsNothingButItsOwnException()
    {
        Random random = new(20);
        string[] lines = [.. RecordedSeries.Names.SelectMany(name => File.ReadLines(RecordedSeries.PathOf(name)).Where((_, index) => index % 40 < 2))];
        string[] headers = [lines[0], "elapsed_s,load_total,gc_generation", string.Join(',', lines[0].Split(',').Reverse())];
        int refused = 0;

        for (int i = 0; i < 100_000; i++)
        {
            string header = i % 10 == 0 ? Mutate(headers[i % 3], random) : headers[i % 3];
            string row = Mutate(lines[random.Next(lines.Length)], random);
            try
            {
                foreach (MemorySample sample in Read($"{header}\n{row}\n"))
                {
                    Assert.True(sample.Elapsed >= TimeSpan.Zero);
                }
            }
            catch (SeriesFormatException exception)
            {
                refused++;
                Assert.True(exception.Line is 1 or 2 or 3, exception.Message);
            }
        }

        Assert.InRange(refused, 10_000, 99_999);
    }

    private static IEnumerable<MemorySample> Read(string text) => SeriesReader.Read(new StringReader(text), "broken.csv");

    private static string Mutate(string line, Random random)
    {
        const string Alphabet = "0123456789,.-+eE \t\r\n\0\"'xN∞\uFEFF\uD800";
        StringBuilder text = new(line);
        for (int edits = random.Next(1, 4); edits > 0; edits--)
        {
            int position = random.Next(text.Length + 1);
            switch (random.Next(4))
            {
                case 0:
                    text.Insert(position, Alphabet[random.Next(Alphabet.Length)]);
                    break;
                case 1 when position < text.Length:
                    text[position] = Alphabet[random.Next(Alphabet.Length)];
                    break;
                case 2 when position < text.Length:
                    text.Remove(position, random.Next(1, text.Length - position + 1));
                    break;
                default:
                    text.Insert(position, text.ToString(0, random.Next(text.Length + 1)));
                    break;
            }
        }

        return text.ToString();
    }

    private sealed class EndlessStream : MemoryStream
    {
        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'7');
            return count;
        }

        public override int Read(Span<byte> buffer)
        {
            buffer.Fill((byte)'7');
            return buffer.Length;
        }
    }
}
