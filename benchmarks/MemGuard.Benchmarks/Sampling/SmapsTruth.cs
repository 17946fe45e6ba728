using System.Globalization;
using System.Text;
using MemGuard.Containers;
using MemGuard.Sampling;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>The kernel's list of maps, summed by kind: slow, but independent of every reading of the ledger.</summary>
internal sealed record SmapsTruth(long TotalBytes, long GCHeapBytes, long SharedBytes, long FileBytes)
{
    private const string Path = "/proc/self/smaps";

    // Made resident beforehand, so that taking the list does not change it.
    private static readonly byte[] Buffer = new byte[8 << 20];
    private static readonly SafeFileHandle Handle = File.OpenHandle(Path);
    private static int _length;

    static SmapsTruth() => Array.Fill(Buffer, (byte)1);

    /// <summary>Copies the list without allocating anything.</summary>
    public static void Capture()
    {
        _length = 0;
        int piece;
        while ((piece = RandomAccess.Read(Handle, Buffer.AsSpan(_length), _length)) > 0)
        {
            _length += piece;
        }
    }

    /// <summary>Sums what was captured.</summary>
    public static SmapsTruth Read()
    {
        byte[] witness = new byte[64];
        using SystemLines maps = SystemLines.Open(SystemFiles.Instance, "/proc/self/maps")!;
        ulong reserved = (ulong)(long)GC.GetConfigurationVariables()["GCRegionRange"];
        HeapRange range = HeapRange.Find(maps, HeapRange.AddressOf(witness), reserved)!.Value;

        long total = 0, heap = 0, shared = 0, file = 0;
        ulong start = 0;
        bool isShared = false;
        bool isNamed = false;
        long resident = 0;
        foreach (string line in Encoding.ASCII.GetString(Buffer, 0, _length).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words[0].Contains('-', StringComparison.Ordinal) && !words[0].EndsWith(':'))
            {
                start = ulong.Parse(words[0].Split('-')[0], NumberStyles.HexNumber);
                string name = words.Length > 5 ? words[5] : "";
                isShared = name.StartsWith("/memfd:", StringComparison.Ordinal) || name.StartsWith("/dev/", StringComparison.Ordinal)
                    || name.StartsWith("/SYSV", StringComparison.Ordinal);
                isNamed = name.StartsWith('/') || name == "[vdso]";
            }
            else if (words[0] == "Rss:")
            {
                resident = Kilobytes(words);
                total += resident;
                shared += isShared ? resident : 0;
                heap += range.Contains(start) ? resident : 0;
            }
            else if (words[0] == "Anonymous:" && isNamed && !isShared)
            {
                // Private pages of a file that were written to are anonymous.
                file += resident - Kilobytes(words);
            }
        }

        return new SmapsTruth(total, heap, shared, file);
    }

    private static long Kilobytes(string[] words) => long.Parse(words[1]) * 1024;
}
