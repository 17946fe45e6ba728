namespace MemGuard.Containers;

/// <summary>The memory that the system shows as the machine's.</summary>
internal static class PhysicalMemory
{
    /// <returns>Bytes; null when it cannot be read.</returns>
    public static long? Read(ISystemFiles files)
    {
        using ISystemFile? file = files.Open("/proc/meminfo");
        Span<byte> buffer = stackalloc byte[256];
        int length = file?.Read(buffer) ?? 0;
        return length > 0 && SystemText.TryParseKilobytes(buffer[..length], "MemTotal"u8, out long bytes) ? bytes : null;
    }
}
