using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

/// <summary>A disk in memory that can be full or broken.</summary>
internal sealed class FakeSeriesStorage : ISeriesStorage
{
    public Dictionary<string, FakeFile> Files { get; } = [];

    public long FreeBytes { get; set; } = long.MaxValue;

    /// <summary>Bytes that can still be written before every write fails half-way.</summary>
    public long WritableBytes { get; set; } = long.MaxValue;

    public bool FailsToCreate { get; set; }

    public Stream Create(string name)
    {
        if (FailsToCreate)
        {
            throw new UnauthorizedAccessException("read-only");
        }

        return Files[name] = new FakeFile(this);
    }

    public void Delete(string name) => Files.Remove(name);

    public bool Exists(string name) => Files.ContainsKey(name);

    public long GetFreeBytes() => FreeBytes;

    public MemorySample[] ReadAll() =>
        [.. Files.OrderBy(file => file.Key, StringComparer.Ordinal).SelectMany(file => SeriesReader.Read(new StreamReader(new MemoryStream(file.Value.ToArray())), file.Key))];

    public sealed class FakeFile(FakeSeriesStorage disk) : MemoryStream
    {
        // A derived memory stream sends every write through this overload.
        public override void Write(byte[] buffer, int offset, int count)
        {
            int possible = (int)long.Min(count, disk.WritableBytes);
            base.Write(buffer, offset, possible);
            disk.WritableBytes -= possible;
            if (possible < count)
            {
                throw new IOException("No space left on device");
            }
        }
    }
}
