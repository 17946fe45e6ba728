namespace MemGuard.Costs;

/// <summary>What lies on the disk now.</summary>
internal readonly record struct DiskUse(long Bytes, long Files);
