using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>A small snapshot, and a file of any content with a right header: what somebody would make who knows the format.</summary>
internal static class ExampleSnapshot
{
    private const int HeaderBytes = 60;

    /// <param name="tens">How many times ten megabytes its list holds.</param>
    public static SnapshotData Of(int tens)
    {
        long bytes = (long)tens * (10 << 20);
        long other = 3 << 20;
        return new SnapshotData
        {
            Application = "Example",
            Reason = "a test",
            ObjectCount = 100 + (tens * 1000),
            TotalBytes = bytes + other,
            Types = [new HeapTypeUsage { TypeName = "B", Count = tens * 1000, TotalBytes = bytes }],
            Places =
            [
                new HeapDominator
                {
                    Name = "static A._cache → List<B>",
                    RetainedBytes = bytes,
                    Count = tens * 1000,
                    Fingerprint = "f",
                    Chain = new RetainerChain { Links = [new RetainerLink { TypeName = "static A._cache" }, new RetainerLink { TypeName = "List<B>", FieldName = "_items" }] },
                },
            ],
            Paths =
            [
                new PathNode { Parent = -1, Label = "all roots", Count = 1, TopCount = 1, RetainedBytes = bytes + other, IsVirtual = true },
                new PathNode { Parent = 0, Label = "static fields", Count = 1, TopCount = 1, RetainedBytes = bytes + other, IsVirtual = true },
                new PathNode { Parent = 1, Label = "static A._cache", Count = 1, TopCount = 1, RetainedBytes = bytes, IsVirtual = true },
                new PathNode { Parent = 2, Label = "List<B>", Count = 1, TopCount = 1, RetainedBytes = bytes },
                new PathNode { Parent = 3, Label = "B[]", Count = 1, TopCount = 1, RetainedBytes = bytes, Place = 0 },
                new PathNode { Parent = 4, Label = "B", Count = tens * 1000, TopCount = tens * 1000, RetainedBytes = bytes },
                new PathNode { Parent = 1, Label = "static C._other", Count = 1, TopCount = 1, RetainedBytes = other, IsVirtual = true },
            ],
        };
    }

    public static void WriteFile(string path, string json)
    {
        using MemoryStream compressed = new();
        using (BrotliStream target = new(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            target.Write(Encoding.UTF8.GetBytes(json));
        }

        byte[] content = compressed.ToArray();
        byte[] file = new byte[HeaderBytes + content.Length];
        "MemGuardSnapshot"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(16), 1);
        BinaryPrimitives.WriteInt64LittleEndian(file.AsSpan(20), content.Length);
        SHA256.HashData(content, file.AsSpan(28));
        content.CopyTo(file, HeaderBytes);
        File.WriteAllBytes(path, file);
    }

    /// <summary>Does everything that can be done with a snapshot.</summary>
    public static void UseAll(HeapSnapshot snapshot)
    {
        using HeapSnapshot example = new(Of(1));
        HeapSnapshotDiff? diff = null;
        if (snapshot.IsComplete)
        {
            snapshot.DiffFrom(snapshot);
            example.DiffFrom(snapshot, snapshot);
            diff = snapshot.DiffFrom(example, snapshot);
            Assert.NotNull(diff.Growth);
        }

        foreach (HeapReportFormat format in Enum.GetValues<HeapReportFormat>())
        {
            using StringWriter report = new();
            snapshot.WriteReport(report, format, diff);
            Assert.NotEmpty(report.ToString());
        }

        foreach (HeapDominator place in snapshot.Dominators)
        {
            Assert.NotNull(place.Chain.ToString());
            Assert.NotNull(place.Name + place.TypeName + place.CountUnit + place.Fingerprint);
        }

        Assert.NotNull(snapshot.Reason);
        Assert.All(snapshot.Types, static type => Assert.NotNull(type.TypeName));
    }
}
