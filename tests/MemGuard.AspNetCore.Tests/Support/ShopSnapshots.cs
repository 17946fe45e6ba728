using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.AspNetCore.Tests.Support;

/// <summary>Heap snapshots of the shop.</summary>
internal static class ShopSnapshots
{
    /// <param name="tens">How many times ten megabytes the cache holds.</param>
    public static SnapshotData At(int tens)
    {
        long bytes = (long)tens * (10 << 20);
        long strings = bytes / 3;
        long other = 31 << 20;
        RetainerChain chain = new()
        {
            Links =
            [
                new RetainerLink { TypeName = "static UserService._cache" }, new RetainerLink { TypeName = "ConcurrentDictionary<string, User>", FieldName = "_tables" },
                new RetainerLink { TypeName = "Tables", FieldName = "_buckets" }, new RetainerLink { TypeName = "VolatileNode[]" },
            ],
        };
        return new SnapshotData
        {
            Application = "shop",
            Reason = tens == 1 ? "memory growth suspected" : "memory problem confirmed",
            ObjectCount = 100_000 + (tens * 137_000),
            TotalBytes = bytes + other,
            TakenAt = new DateTimeOffset(2026, 11, 29, 2, tens * 4, 3, TimeSpan.Zero),
            Pause = TimeSpan.FromMilliseconds(31 * tens),
            Types =
            [
                new HeapTypeUsage { TypeName = "User", Count = tens * 137_334, TotalBytes = bytes - strings }, new HeapTypeUsage { TypeName = "string", Count = (tens * 137_334) + 9_000, TotalBytes = strings + (2 << 20) },
                new HeapTypeUsage { TypeName = "byte[]", Count = 4_120, TotalBytes = 20 << 20 },
            ],
            Places =
            [
                new HeapDominator
                {
                    Name = Shop.Holder, RetainedBytes = bytes, Count = tens * 137_334, Fingerprint = "5f1c0ab29de47781", ShareRatio = (double)bytes / (bytes + other), Owner = "shop", TypeName = "ConcurrentDictionary<string, User>",
                    NextStep = "bound it, e.g. BoundedCache<string, User>", Chain = chain,
                },
                new HeapDominator
                {
                    Name = "singleton ImageStore._pages → List<byte[]>", RetainedBytes = 20 << 20, Count = 4_120, CountUnit = "items", Fingerprint = "09ab8123deadbeef", ShareRatio = 20.0 * (1 << 20) / (bytes + other),
                    Chain = new RetainerChain { Links = [new RetainerLink { TypeName = "singleton ImageStore", FieldName = "_pages" }, new RetainerLink { TypeName = "List<byte[]>" }] },
                },
            ],
            Paths =
            [
                Node(-1, "all roots", 1, bytes + other), Node(0, "static fields", 1, bytes + (4 << 20)), Node(1, "static UserService._cache", 1, bytes), Node(2, "ConcurrentDictionary<string, User>", 1, bytes, 0),
                Node(3, "VolatileNode[]", 1, bytes), Node(4, "Node", tens * 137_334, bytes), Node(5, "User", tens * 137_334, bytes - strings), Node(5, "string", tens * 137_334, strings),
                Node(1, "static Metrics._lines", 1, 4 << 20), Node(0, "services", 1, 24 << 20), Node(9, "singleton ImageStore", 1, 20 << 20, 1), Node(10, "List<byte[]>", 1, 20 << 20), Node(11, "byte[]", 4_120, 20 << 20), Node(9, "singleton Router", 1, 3 << 20),
            ],
        };
    }

    private static PathNode Node(int parent, string label, long count, long bytes, int place = -1) =>
        new() { Parent = parent, Label = label, Count = count, TopCount = count, RetainedBytes = bytes, Place = place, IsVirtual = parent <= 0 };
}
