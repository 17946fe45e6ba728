using System.Reflection;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Where instance fields lie in their objects, from the runtime's description of each field.</summary>
/// <remarks>The description (FieldDesc in field.h) is 16 bytes: its class, then a token with flags, then 27 bits of offset and 5 bits of kind.</remarks>
internal sealed class FieldPlaces : IFieldPlaces, IDisposable
{
    public const int DescriptionBytes = 16;
    public const int TokenWord = 8;
    public const int OffsetWord = 12;
    public const uint TokenMask = 0xFFFFFF;
    public const uint IsThreadStatic = 1u << 25;
    public const uint IsMapped = 1u << 26;
    public const int ValueKind = 0x11;
    public const int ReferenceKind = 0x12;

    private const uint OffsetMask = (1u << 27) - 1;
    private const int TypePointerBytes = 8;

    private readonly ProcessMemory _memory;

    /// <param name="memory">The own process.</param>
    public FieldPlaces(ProcessMemory memory)
    {
        _memory = memory;
        View = MemoryView.OfRunning(memory);
    }

    /// <summary>The own process's memory.</summary>
    public MemoryView View { get; }

    public static int OffsetOf(uint offsetWord) => (int)(offsetWord & OffsetMask);

    public static int KindOf(uint offsetWord) => (int)(offsetWord >> 27);

    public int? FindOffset(FieldInfo field)
    {
        ulong description = (ulong)field.FieldHandle.Value;
        Span<byte> bytes = stackalloc byte[DescriptionBytes];
        if (!View.TryRead(description, bytes) || (BitConverter.ToUInt32(bytes[TokenWord..]) & TokenMask) != ((uint)field.MetadataToken & TokenMask))
        {
            return null;
        }

        int offset = OffsetOf(BitConverter.ToUInt32(bytes[OffsetWord..]));

        // In a struct offsets count from its own beginning, in a class from behind the type's pointer.
        return field.DeclaringType is { IsValueType: true } ? offset : offset + TypePointerBytes;
    }

    public void Dispose()
    {
        View.Dispose();
        _memory.Dispose();
    }
}
