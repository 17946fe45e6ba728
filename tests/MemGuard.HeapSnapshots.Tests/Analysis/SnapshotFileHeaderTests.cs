using System.Buffers.Binary;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>A file is refused with what is wrong with it.</summary>
public sealed class SnapshotFileHeaderTests : IDisposable
{
    private const int LengthAt = 20;
    private const int HeaderBytes = 60;
    private const int MostContentBytes = 16 << 20;
    private const int MostValues = 300_000;

    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.Combine("heap.memguard");

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(MostContentBytes + 1)]
    [InlineData(long.MaxValue)]
    public void Open_LengthThatCannotBe_SaysSo(long length) => Assert.EndsWith("is damaged: its header states an impossible length.", Refusal(bytes => WriteLength(bytes, length)), StringComparison.Ordinal);

    // It could be so long, and is not.
    [Theory]
    [InlineData(MostContentBytes)]
    [InlineData(1000)]
    public void Open_MoreThanThereIs_IsCutShort(long length) =>
        Assert.Contains(" is cut short: ", Refusal(bytes => WriteLength(bytes, length)), StringComparison.Ordinal);

    [Fact]
    public void Open_EndIsMissing_SaysHowMuchIsThere()
    {
        int length = 0;
        string refusal = Refusal(bytes =>
        {
            length = bytes.Length - HeaderBytes;
            return bytes[..^5];
        });

        Assert.EndsWith($"is cut short: {length - 5} of {length} bytes are there.", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_SomethingFollows_SaysHowMuch() => Assert.EndsWith("is damaged: 3 bytes follow its end.", Refusal(static bytes => [.. bytes, 1, 2, 3]), StringComparison.Ordinal);

    [Fact]
    public void Open_EmptyContent_IsNoSnapshot() =>
        Assert.Contains("is damaged: its content", Refusal(static bytes => WriteLength(bytes[..HeaderBytes], 0)), StringComparison.Ordinal);

    // The brackets count too.
    [Theory]
    [InlineData(MostValues - 2, false)]
    [InlineData(MostValues - 1, true)]
    public void Open_ManyValues_AreCountedBeforeTheyAreRead(int zeros, bool isTooMany)
    {
        ExampleSnapshot.WriteFile(FilePath, "[" + string.Join(',', Enumerable.Repeat('0', zeros)) + "]");

        string refusal = Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(FilePath)).Message;

        Assert.Equal(isTooMany, refusal.EndsWith("is damaged: it has more parts than any snapshot.", StringComparison.Ordinal));
    }

    public void Dispose() => _directory.Dispose();

    private static byte[] WriteLength(byte[] bytes, long length)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(LengthAt), length);
        return bytes;
    }

    private string Refusal(Func<byte[], byte[]> damage)
    {
        ExampleSnapshot.WriteFile(FilePath, """{"reason":"a test"}""");
        File.WriteAllBytes(FilePath, damage(File.ReadAllBytes(FilePath)));
        return Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(FilePath)).Message;
    }
}
