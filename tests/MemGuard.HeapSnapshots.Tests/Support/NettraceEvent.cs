namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>One event of a <see cref="NettraceStream"/>.</summary>
/// <param name="MetadataId">Which event it is, as the stream's metadata says.</param>
/// <param name="Thread">Who wrote it.</param>
/// <param name="Sequence">Its number among that thread's.</param>
/// <param name="Payload">Its content.</param>
internal sealed record NettraceEvent(uint MetadataId, ulong Thread, uint Sequence, byte[] Payload);
