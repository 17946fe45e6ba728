using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Recording;

/// <summary>Where what is in a black box: four pages. The header is written once; two slots are written in turn, whole; the flags are single bytes, each written alone.</summary>
/// <remarks>Little-endian. A change that an older reader would misread raises <see cref="Version"/>.</remarks>
internal static class BlackBoxFormat
{
    public const int Version = 1;

    /// <summary>A write of one page is not split by the end of the process.</summary>
    public const int PageBytes = 4096;
    public const int FileBytes = 4 * PageBytes;

    public const long SlotsAt = PageBytes;
    public const int SlotCount = 2;
    public const long FlagsAt = 3 * PageBytes;

    // The header, after magic, version and size.
    public const int HeaderFieldsAt = 16;
    public const int MaxBootIdBytes = 64;
    public const int MaxApplicationBytes = 256;

    // A slot: figures, history, then texts, which are only written when they change.
    public const int HistoryAt = 256;
    public const int TextsAt = 2048;
    public const int MaxProblemBytes = 64;
    public const int MaxReasonBytes = 640;
    public const int MaxSuspectBytes = 512;

    // The page of flags.
    public const int OutOfMemoryAt = 0;
    public const int UnhandledAt = 1;
    public const int UnhandledOutOfMemoryAt = 2;
    public const int StoppingAt = 3;
    public const int EndedAt = 4;
    public const int OutOfMemoryHeapAt = 16;
    public const int StoppingTimeAt = 24;
    public const int ExitCodeAt = 32;
    public const int ExceptionAt = 64;
    public const int MaxExceptionBytes = 254;

    /// <summary>A figure that is not known.</summary>
    public const long Unknown = long.MinValue;

    private const int ChecksumAt = PageBytes - sizeof(uint);

    public static ReadOnlySpan<byte> Magic => "MGBLACK\n"u8;

    /// <summary>Writes the checksum of a whole page to its end.</summary>
    [MethodImpl(EverySample.Compiled)]
    public static void Seal(Span<byte> page) => BinaryPrimitives.WriteUInt32LittleEndian(page[ChecksumAt..], Checksum(page));

    public static bool IsSealed(ReadOnlySpan<byte> page) => BinaryPrimitives.ReadUInt32LittleEndian(page[ChecksumAt..]) == Checksum(page);

    /// <summary>Whose box it is: part of its name, so that a damaged one is known for this application's as well.</summary>
    public static ulong Fingerprint(string application)
    {
        // FNV-1a: the same for the same name on every machine and in every version.
        ulong hash = 14695981039346656037;
        foreach (char letter in application)
        {
            hash = unchecked((hash ^ letter) * 1099511628211);
        }

        return hash;
    }

    // The processor's own instruction where it has one. In four strands, for each step waits for the one before it: a tenth of a microsecond a page
    // instead of half of one. Seeded, so that a page of zeros has no checksum of zero.
    [MethodImpl(EverySample.Compiled)]
    private static uint Checksum(ReadOnlySpan<byte> page)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(page[..(PageBytes - sizeof(ulong))]);
        (uint first, uint second, uint third, uint fourth) = (uint.MaxValue, 1, 2, 3);
        int i = 0;
        for (; i + 4 <= words.Length; i += 4)
        {
            first = BitOperations.Crc32C(first, Little(words[i]));
            second = BitOperations.Crc32C(second, Little(words[i + 1]));
            third = BitOperations.Crc32C(third, Little(words[i + 2]));
            fourth = BitOperations.Crc32C(fourth, Little(words[i + 3]));
        }

        for (; i < words.Length; i++)
        {
            first = BitOperations.Crc32C(first, Little(words[i]));
        }

        return BitOperations.Crc32C(first, ((ulong)second << 32) | third) ^ fourth;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Little(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
}
