using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MemGuard.Bounded;

/// <summary>
/// Hashes strings by multiplying 16 bytes at a time into 128 bits and folding them, with secrets drawn at process start: several times faster
/// than the runtime's hash, and as unpredictable to whoever chooses the keys.
/// </summary>
internal static class StringHash
{
    private static readonly ulong Secret1 = DrawSecret();
    private static readonly ulong Secret2 = DrawSecret();

    public static uint Compute(ReadOnlySpan<char> text)
    {
        ref byte start = ref Unsafe.As<char, byte>(ref MemoryMarshal.GetReference(text));
        nuint length = (nuint)text.Length * sizeof(char);
        ulong state = Secret1 ^ length;
        nuint offset = 0;
        for (; offset + 16 <= length; offset += 16)
        {
            state = Fold(Read64(ref start, offset) ^ Secret2, Read64(ref start, offset + 8) ^ state);
        }

        ulong low = 0;
        ulong high = 0;
        nuint rest = length - offset;
        if (rest >= 8)
        {
            // The two reads overlap unless the rest is whole.
            low = Read64(ref start, offset);
            high = Read64(ref start, length - 8);
        }
        else if (rest >= 4)
        {
            low = Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref start, offset));
            high = Unsafe.ReadUnaligned<uint>(ref Unsafe.AddByteOffset(ref start, length - 4));
        }
        else if (rest == 2)
        {
            low = text[^1];
        }

        ulong hash = Fold(low ^ Secret2, high ^ state);
        return (uint)(hash ^ (hash >> 32));
    }

    private static ulong Read64(ref byte start, nuint offset) => Unsafe.ReadUnaligned<ulong>(ref Unsafe.AddByteOffset(ref start, offset));

    private static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }

    // Odd, so that a product with it loses nothing.
    private static ulong DrawSecret()
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Security.Cryptography.RandomNumberGenerator.Fill(bytes);
        return BitConverter.ToUInt64(bytes) | 1;
    }
}
