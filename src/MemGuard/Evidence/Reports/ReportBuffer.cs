using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Evidence;

/// <summary>Bytes of a fixed size that never grow: whoever writes into it must ask <see cref="FreeBytes"/> first.</summary>
/// <remarks>Pinned, since the system's calls take its address. Only the pages that were written occupy memory.</remarks>
internal sealed class ReportBuffer(int capacity) : IBufferWriter<byte>
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity, pinned: true);

    public int Length { get; private set; }

    public int FreeBytes => _bytes.Length - Length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public void Clear() => Length = 0;

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0) => sizeHint <= FreeBytes ? _bytes.AsMemory(Length) : ThrowFull();

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    /// <summary>Adds bytes. The caller has asked whether they fit.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    [DoesNotReturn]
    private static Memory<byte> ThrowFull() => throw new InvalidOperationException("The section of the report is full.");
}
