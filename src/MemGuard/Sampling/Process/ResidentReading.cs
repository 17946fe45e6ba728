using MemGuard.Containers;

namespace MemGuard.Sampling;

/// <summary>The three disjoint parts of the working set, as the kernel counts them.</summary>
internal readonly record struct ResidentReading(long AnonymousBytes, long FileBytes, long SharedMemoryBytes)
{
    /// <summary>Reads <c>RssAnon</c>, <c>RssFile</c> and <c>RssShmem</c> of <c>/proc/self/status</c> (Linux 4.5).</summary>
    public static ResidentReading? Parse(ReadOnlySpan<byte> status) =>
        SystemText.TryParseKilobytes(status, "RssAnon"u8, out long anonymous)
        && SystemText.TryParseKilobytes(status, "RssFile"u8, out long file)
        && SystemText.TryParseKilobytes(status, "RssShmem"u8, out long shared)
            ? new ResidentReading(anonymous, file, shared)
            : null;
}
